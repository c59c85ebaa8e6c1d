import type { Sample } from './corpus.ts';

/** Families of attacks that are counted together, by what the corpora call them. */
export const FAMILIES: Readonly<Record<string, (sample: Sample) => boolean>> = {
  explicit: (sample) =>
    !isEvasion(sample) &&
    /overrid|jailbreak|leak|hijack|prompt.?injection|direct.?injection|explicit|ignore|persona|extraction/i.test(
      sample.kind,
    ),
  evasion: (sample) => isEvasion(sample),
  indirect: (sample) =>
    !isEvasion(sample) && /indirect|latent|tool.?result/i.test(sample.kind) && !/explicit/i.test(sample.kind),
  'tool poisoning': (sample) =>
    !isEvasion(sample) && (/poison|shadow|rug/i.test(sample.kind) || sample.channel === 'description'),
  'non-English': (sample) => isForeign(sample),
};

/** Harmless texts that talk about attacks or give orders to agents: hard for everybody, and counted apart. */
export function isOrdinary({ kind }: Sample): boolean {
  return !/about.?injection|agent.?instruction|hard.?negative|notinject|security/i.test(kind);
}

function isEvasion({ kind, evasion }: Sample): boolean {
  return evasion !== undefined || /evasion|obfuscat|encod|smuggl|homoglyph|zero.?width|leet|unicode/i.test(kind);
}

/** By its field, else by its letters: a text most of whose letters are of another script than Latin. */
function isForeign({ lang, text, kind }: Sample): boolean {
  if (lang !== undefined) return !/^en/i.test(lang);
  if (/non.?english|multi.?ling|translat/i.test(kind)) return true;
  const letters = text.slice(0, 4000).match(/\p{L}/gu) ?? [];
  const others = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter)).length;
  return letters.length > 0 && others / letters.length > 0.3;
}
