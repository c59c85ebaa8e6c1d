import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../../../lib/checks/commands.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { configOf } from '../../support/engine/engine.ts';
import { decideText } from '../../support/policy/policy-case.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

async function decide(command: string): Promise<Decision> {
  const config = configOf({ shell: 'legacy' }, 'policies: { baseline: { dangerous_commands: allow } }\n');
  const ownPaths = ['/home/ana/.config/sallyport', '/home/ana/.local/state/sallyport'];
  const policy = await compilePolicy({ ...config, ownPaths }, [commands], stateInMemory());
  return (await decideText(policy, { tool: 'shell/run', args: { command, cwd: '/home/ana/project' } })).decision;
}

test('no command line names the files of the gateway, and none lifts what people have set', async () => {
  for (const command of [
    'echo x > /home/ana/.config/sallyport/config.yaml',
    'echo x > ../.config/SALLYPORT/config.yaml',
    'cat ~/.config/sallyport/trusted.json',
    'cat "$HOME/.config/sallyport/trusted.json"',
    'cat ${HOME}/.config/sallyport/trusted.json',
    'rm -rf ~/.local/state/sallyport/stops',
    'rm -rf ~/.local/state',
    'mv /home/ana/.config /tmp/away',
    'cd ~/.local && rm -rf state/sallyport',
    'cd && rm -rf .local/state/sallyport',
    'pushd ~/.local; cd state; touch sallyport/budgets/x',
    'dd if=/dev/zero of=/home/ana/.local/state/sallyport/audit/log',
    'tar --directory=/home/ana/.local/state/sallyport -xf x.tar',
    '{ echo; } > ~/.local/state/sallyport/x',
    'sh -c "rm ~/.local/state/sallyport/stops/all"',
    'ls | xargs rm ~/.local/state/sallyport/x',
    'sallyport resume',
    'npx -y sallyport@1.0.0 trust',
    'node /usr/lib/sallyport.cjs resume --backend files',
  ]) {
    const { effect, reason } = await decide(command);
    assert.equal(effect, 'deny', command);
    assert.equal(reason!.rule, "Sallyport's own files", command);
    assert.equal(reason!.at, '/command');
    assert.ok(reason!.source && reason!.fix);
  }
});

test('commands that only look like it are left alone', async () => {
  for (const command of [
    'ls ~/.config',
    'rm -rf build ../other',
    'mv ~/.config/other.json /tmp',
    'sallyport stop --reason trust-nobody',
    'cd sallyport && npm test',
    `echo ${'x'.repeat(5000)}`,
    'cd; cd; cd; cd; cd; ls',
  ])
    assert.equal((await decide(command)).effect, 'allow', command);
});
