/** What programs write last when they die and nobody needs to read: traces, versions, where a log or more help is. */
const TRAILERS = [
  /^[\s}\])]/,
  /^Node\.js v\d/,
  /^npm (?:error|ERR!)(?: 404)?\s*$/,
  /^npm (?:error|ERR!) (?:A complete log|404 (?:Note that|tarball, folder))/,
  /^(?:See|Run) '.+ --help'/,
];
const LONGEST = 300;

/** The last line of a server's diagnostics that says something. */
export class LastLine {
  text: string | undefined;

  note(line: string): void {
    if (TRAILERS.some((trailer) => trailer.test(line))) return;
    this.text = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
  }
}
