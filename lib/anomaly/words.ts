import type { AnomalyFeature } from '../model/anomaly.ts';
import type { AccountProfile } from './account-profile.ts';
import type { Assessed } from './assessed.ts';
import { hourWords } from './hours.ts';
import { kindWords } from './shape.ts';
import type { ToolProfile } from './tool-profile.ts';

/** What was usual of a feature, and what was seen, for people to read; without any text of a call but names. */
export function wordsOf(
  feature: AnomalyFeature,
  call: Assessed,
  account: AccountProfile,
  replyBytes: number,
  show: (name: string) => string,
): { readonly usual: string; readonly seen: string } {
  const tool = account.tools.get(call.traits.tool);
  const own = tool?.amounts;
  const all = account.amounts;
  const most = (of: 'bytesOut' | 'bytesIn' | 'perMinute' | 'perHour') => {
    const amounts = own !== undefined && own[of].total >= 30 ? own[of] : all[of];
    return amounts.quantile(0.95) ?? 0;
  };
  switch (feature) {
    case 'new_tool':
      return {
        usual: `${account.tools.size} tools in ${account.calls} calls`,
        seen: 'one that was never called before',
      };
    case 'rate': {
      const { perMinute, perHour } = call.pace;
      return {
        usual: `up to ${Math.ceil(most('perMinute'))} calls a minute and ${Math.ceil(most('perHour'))} an hour`,
        seen: `${Math.ceil(perMinute)} in a minute and ${Math.ceil(perHour)} in an hour`,
      };
    }
    case 'bytes_out':
      return { usual: `requests of up to ${bytes(most('bytesOut'))}`, seen: `one of ${bytes(call.traits.bytes)}` };
    case 'bytes_in':
      return { usual: `answers of up to ${bytes(most('bytesIn'))}`, seen: `one of ${bytes(replyBytes)}` };
    case 'hour':
      return hoursWords(call, account);
    default:
      return shapeWords(call, tool, show);
  }
}

function hoursWords({ hour, traits }: Assessed, account: AccountProfile) {
  const hours = account.tools.get(traits.tool)?.amounts.hours ?? account.amounts.hours;
  const near = Math.round(hours.near(hour));
  return { usual: `${near} of ${hours.total} calls at about this hour`, seen: `one at ${hourWords(hour)}` };
}

function shapeWords({ part, parts, shape }: Assessed, tool: ToolProfile | undefined, show: (name: string) => string) {
  if (part < 0 || tool === undefined) {
    const known = shape.names.filter((_name, at) => !tool?.kinds.has(parts[at]![0]));
    const fresh = known.slice(0, 3).map(show).join(', ');
    return {
      usual: `${tool?.sets.size ?? 0} sets of arguments in ${tool?.calls ?? 0} calls`,
      seen: fresh === '' ? 'known arguments in a new combination' : `a new argument ${fresh}`,
    };
  }
  const usual = tool.kinds.get(parts[part]![0])?.commonest(2) ?? [];
  return {
    usual: `${show(shape.names[part]!)} is ${usual.map(([kind]) => kindWords(kind)).join(', or ')}`,
    seen: kindWords(shape.kinds[part]!),
  };
}

function bytes(amount: number): string {
  const [value, unit] = amount >= 1e6 ? [amount / 1e6, 'MB'] : amount >= 1e3 ? [amount / 1e3, 'kB'] : [amount, 'bytes'];
  return `${unit === 'bytes' ? Math.round(value) : value.toFixed(1)} ${unit}`;
}
