import type { Command } from 'commander';
import { configOption, type Finish, jsonOption, serveOption } from './options.ts';

/** Those who are told of alerts and of requests that wait. */
export function addNotify(program: Command, finish: Finish): void {
  const notify = program
    .command('notify')
    .description('those who are told of alerts: webhook, Slack, PagerDuty, desktop');
  notify
    .command('test')
    .description('send a test notice to every sink, or to one, and print what came back')
    .argument('[sink]', 'webhook, slack, pagerduty or desktop')
    .addOption(configOption())
    .addOption(serveOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport notify test slack')
    .action(async (sink, options) =>
      finish(await (await import('../commands/notify-test.ts')).notifyTest(sink, options)),
    );
}
