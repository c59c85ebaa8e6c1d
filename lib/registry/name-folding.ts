/** Letters of other scripts that look like one of Latin, as pairs. */
const LOOKALIKES = new Map(
  [
    'аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw кk мm тt вb нh гr зz пn ьb',
    'αa βb εe ηn ιi κk νv οo ρp τt υu χx γy ωw ϲc ϳj',
    'ɑa ɡg ɩi ɪi ʟl ᴏo ᴠv ᴡw ᴢz ѵv ԍg ցg օo սu ոn հh',
    '0o 1l |l ıi ⅼl ǀl',
  ].flatMap((row) => row.split(' ').map((pair) => [[...pair][0]!, [...pair][1]!] as const)),
);
const SEPARATORS = /[\s_.\-/:]+/g;
const UNSEEN = /[\p{Cf}\p{Mn}\p{Cc}]/gu;

/** Whether a letter of another script looks like one of Latin. */
export function looksLatin(letter: string): boolean {
  return LOOKALIKES.has(letter.toLowerCase()) && letter > '\u007f';
}

/** A name as a hasty reader takes it: without case, separators and accents, look-alikes as what they look like. */
export function foldName(name: string): string {
  const letters = [...name.normalize('NFKD').replace(UNSEEN, '').toLowerCase()];
  return letters
    .map((letter) => LOOKALIKES.get(letter) ?? letter)
    .join('')
    .replaceAll('i', 'l')
    .replace(SEPARATORS, '');
}

/** A name without case and separators, which some spell one way and some the other. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(SEPARATORS, '');
}
