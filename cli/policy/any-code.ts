import { amountsToAnyCode } from '../../lib/checks/commands/lint.ts';
import type { Problem } from '../../lib/config/problems.ts';
import type { Config } from '../../lib/model/config.ts';

/** Allowed commands that are as good as every command. */
export function anyCodeAllowed({ policies }: Config): Problem[] {
  return policies.rules.flatMap(({ commands }) =>
    (commands?.allow?.patterns ?? []).flatMap(({ glob, rule, source }): Problem[] => {
      const why = amountsToAnyCode(glob);
      if (why === undefined) return [];
      return [
        { code: 'SP1111', severity: 'warning', message: `"${glob}" (${rule}) allows any code: ${why}`, where: source },
      ];
    }),
  );
}
