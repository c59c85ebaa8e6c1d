import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceText } from '../../../cli/views/proved.ts';

const without = { driver: undefined, said: '', ok: true, attempts: {} };

test('what gives a sandbox is said once for all backends, line by line and safe for a terminal', () => {
  const fix = 'write this:\nprofile bwrap {\n\n  userns,\u001b[2J\n}';
  const proved = ['a', 'b'].map((backend) => ({ ...without, backend, fix }));
  assert.equal(
    adviceText([...proved, { ...without, backend: 'c' }]),
    ['to have a sandbox:', '  write this:', '  profile bwrap {', '', '    userns,\\u001b[2J', '  }'].join('\n'),
  );
});
