/** What programs write last when they die and nobody needs to read: traces, versions, where a log or more help is. */
const TRAILER = /^(?:\s|[}\])]|Node\.js v\d|npm (?:error|ERR!) (?:A complete log|\s*$)|(?:See|Run) '.+ --help')/;
const LONGEST = 300;

/** The last line of a server's diagnostics that says something. */
export class LastLine {
  text: string | undefined;

  note(line: string): void {
    if (!TRAILER.test(line)) this.text = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
  }
}
