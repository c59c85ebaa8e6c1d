import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileUriOf } from '../../../lib/parse/path/file-uri.ts';
import type { PathPlace } from '../../../lib/parse/path/named-path.ts';
import { readPath } from '../../../lib/parse/path/read.ts';

const HERE: PathPlace = { platform: 'windows', home: 'C:/Users/ana', base: 'D:/work' };

test('a Windows path is read with either slash, its drive in a capital', () => {
  const cases: [string, string][] = [
    ['c:\\Users\\ana', 'C:/Users/ana'],
    ['C:/a/../b', 'C:/b'],
    ['C:\\..\\..', 'C:/'],
    ['src\\a.ts', 'D:/work/src/a.ts'],
    ['..\\x', 'D:/x'],
    ['~\\x', 'C:/Users/ana/x'],
    ['~/x', 'C:/Users/ana/x'],
    ['file:///C:/a%20b', 'C:/a b'],
    ['file:///c:/x', 'C:/x'],
  ];
  for (const [text, path] of cases) {
    const read = readPath(text, HERE);
    assert.ok(read.ok, `${text}: ${read.ok ? '' : read.why}`);
    assert.equal(read.path, path, text);
  }
});

test('what Win32 would open as something else is refused', () => {
  const cases: [string, RegExp][] = [
    ['\\\\server\\share\\x', /network/],
    ['//server/share', /network/],
    ['\\\\?\\C:\\x', /network or device/],
    ['\\\\.\\PhysicalDrive0', /network or device/],
    ['\\??\\C:\\x', /names no drive/],
    ['C:x', /current folder/],
    ['\\x', /no drive/],
    ['/etc', /no drive/],
    ['C:\\a.txt:secret', /stream/],
    ['C:\\a.txt::$DATA', /stream/],
    ['C:\\.env.', /dot or a space/],
    ['C:\\.env \\x', /dot or a space/],
    ['C:\\nul', /device/],
    ['C:\\con.txt', /device/],
    ['C:\\COM1', /device/],
    ['C:\\lpt\u00b9.log', /device/],
    ['C:\\PROGRA~1\\x', /8\.3/],
    ['C:\\a*b', /character/],
    ['C:\\a|b', /character/],
    ['file://server/share', /another host/],
  ];
  for (const [text, why] of cases) {
    const read = readPath(text, HERE);
    assert.ok(!read.ok, text);
    assert.match(read.why, why, text);
  }
});

test('names that only look reserved are names', () => {
  for (const text of ['C:\\console', 'C:\\com10', 'C:\\nullable.ts', 'C:\\a~b'])
    assert.ok(readPath(text, HERE).ok, text);
});

test('a path becomes the URI the platform writes for it', () => {
  assert.equal(fileUriOf('/a b/#?%.txt'), 'file:///a%20b/%23%3F%25.txt');
  assert.equal(fileUriOf('C:/x'), 'file:///C:/x');
});
