/** What programs write last when they die, and what nobody needs to read: traces, versions, where a log is. */
const TRAILER = /^(?:\s|[}\])]|Node\.js v\d|npm (?:error|ERR!) (?:A complete log|\s*$))/;
const LONGEST = 300;

/** The last line of a server's diagnostics that says something. */
export class LastLine {
  text: string | undefined;

  note(line: string): void {
    if (!TRAILER.test(line)) this.text = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
  }
}
