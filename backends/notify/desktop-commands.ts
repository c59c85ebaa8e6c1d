import type { Notice } from '../../lib/model/notice.ts';

/** A program that shows a notification. The text of the notice is among the arguments or comes by standard input, never in a script. */
export interface DesktopCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly input?: string;
}

const MOST_TITLE = 120;
const MOST_BODY = 500;

const APPLESCRIPT = ['on run argv', 'display notification (item 2 of argv) with title (item 1 of argv)', 'end run'];

const POWERSHELL = [
  '$ErrorActionPreference = "Stop"',
  '[Console]::InputEncoding = [Text.Encoding]::UTF8',
  '$said = [Console]::In.ReadToEnd() | ConvertFrom-Json',
  'Add-Type -AssemblyName System.Windows.Forms, System.Drawing',
  '$icon = New-Object System.Windows.Forms.NotifyIcon',
  '$icon.Icon = [System.Drawing.SystemIcons]::Shield',
  '$icon.Visible = $true',
  '$icon.ShowBalloonTip(10000, $said.title, $said.body, "Info")',
  'Start-Sleep -Seconds 6',
  '$icon.Dispose()',
].join('; ');

/** What shows a notice on this kind of system; undefined where nothing is known to. */
export function desktopCommand(
  { title: said, lines, severity }: Notice,
  platform: NodeJS.Platform,
): DesktopCommand | undefined {
  const title = cut(`Sallyport: ${said}`, MOST_TITLE);
  const body = cut(lines.join('\n'), MOST_BODY);
  switch (platform) {
    case 'linux':
    case 'freebsd':
    case 'openbsd': {
      const urgency = severity === 'critical' || severity === 'high' ? 'critical' : 'normal';
      const shown = body.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
      return {
        file: 'notify-send',
        args: ['--app-name=Sallyport', `--urgency=${urgency}`, '--', title, shown],
      };
    }
    case 'darwin':
      return { file: 'osascript', args: [...APPLESCRIPT.flatMap((line) => ['-e', line]), title, body] };
    case 'win32':
      return {
        file: 'powershell.exe',
        args: ['-NoProfile', '-NonInteractive', '-Command', POWERSHELL],
        input: JSON.stringify({ title, body }),
      };
    default:
      return undefined;
  }
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
