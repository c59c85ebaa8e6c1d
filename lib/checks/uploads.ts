import type { Call } from '../model/call.ts';
import { PASS, type Verdict } from '../model/decision.ts';
import { argumentsOf } from '../policy/call-arguments.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { Outcome } from './outcome.ts';

/** Whether files may be handed to a page or a service. */
export const uploads = defineCheck({
  id: 'uploads',
  about: 'Refuses calls that upload files, or asks for them.',
  create: (config, { book }) =>
    config.policies.rules.some((rule) => rule.uploads !== undefined) ? new UploadsJudge(book) : { call: () => PASS },
});

/** Names of tools that upload. */
const UPLOADS =
  /(?:^|_)(?:uploads?|attach(?:_files?)?|set_(?:input_)?files?|file_chooser)(?:_|$)|uploadfile|fileupload/;

class UploadsJudge implements Judge {
  readonly #book: RuleBook;

  constructor(book: RuleBook) {
    this.#book = book;
  }

  call(call: Call): Verdict {
    if (call.resource.type !== 'tool' || call.action !== 'tools/call') return PASS;
    const rules = this.#book.holding(call, 'uploads');
    if (rules.length === 0) return PASS;
    const at = this.#uploadIn(call);
    if (at === undefined) return PASS;
    const outcome = new Outcome();
    for (const { uploads: said } of rules) {
      const { value, rule, source } = said!;
      const text = value === 'deny' ? 'files must not be uploaded' : 'a person must agree before files are uploaded';
      outcome.add(value, { code: 'SP3142', text, rule, source, at, fix: `set ${rule} to allow` });
    }
    return outcome.verdict();
  }

  /** Pointer to what is uploaded, empty where the whole call uploads; undefined when nothing is. */
  #uploadIn(call: Call): string | undefined {
    const { values } = argumentsOf(call);
    const known = this.#book.presetTool(call.resource)?.uploads;
    const given = known?.find((name) => Object.hasOwn(values, name) && !isNothing(values[name]));
    if (given !== undefined) return `/${given}`;
    if (known !== undefined) return undefined;
    return UPLOADS.test(wordsOf(call.resource.id)) ? '' : undefined;
  }
}

/** `uploadFile`, `upload-file` and `browser.upload_file` in one form. */
export function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
