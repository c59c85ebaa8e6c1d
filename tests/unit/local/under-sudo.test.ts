import assert from 'node:assert/strict';
import { test } from 'node:test';
import { underSudo } from '../../../cli/local/under-sudo.ts';

test('who looks with sudo and finds nothing is told how to look for their own gateways', () => {
  const said = underSudo({ SUDO_USER: 'ann' }, 0, 'linux');
  assert.match(said!, /gateways of root; for those of ann type: sudo env XDG_STATE_HOME=/);
  assert.equal(underSudo({ SUDO_USER: 'a\u001b[2J' }, 0, 'linux')?.includes('\u001b'), false);
});

test('nobody else is', () => {
  assert.equal(underSudo({}, 0, 'linux'), undefined, 'root by itself');
  assert.equal(underSudo({ SUDO_USER: 'root' }, 0, 'linux'), undefined);
  assert.equal(underSudo({ SUDO_USER: 'ann' }, 1000, 'linux'), undefined, 'sudo to another user');
  assert.equal(underSudo({ SUDO_USER: 'ann', XDG_STATE_HOME: '/s' }, 0, 'linux'), undefined, 'it says where');
  assert.equal(underSudo({ SUDO_USER: 'ann' }, 0, 'darwin'), undefined, 'there sudo keeps the home');
});
