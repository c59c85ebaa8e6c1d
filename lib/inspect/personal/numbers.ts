/** Whether digits end in the check digit of Luhn (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Lengths of the numbers of cards, by what they begin with; what networks no longer give out is left out. */
const NETWORKS: readonly (readonly [begins: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [16]],
  [/^(?:5[1-5]|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720))/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|65|64[4-9])/, [16]],
  [/^35(?:2[89]|[3-8]\d)/, [16]],
  [/^3(?:0[0-5]|[689])/, [14]],
  [/^62/, [16, 17, 18, 19]],
];

/** Whether digits can be the number of a payment card. */
export function isCard(digits: string): boolean {
  const known = NETWORKS.some(([begins, lengths]) => lengths.includes(digits.length) && begins.test(digits));
  return known && !/^(\d)\1+$/.test(digits) && passesLuhn(digits);
}

/** Length of an IBAN by its country (SWIFT, IBAN registry). */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ' +
    'ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Whether a text without spaces is an IBAN: its country has that length, and it leaves 1 modulo 97 (ISO 13616-1). */
export function isIban(text: string): boolean {
  if (IBAN_LENGTHS[text.slice(0, 2)] !== text.length) return false;
  const moved = text.slice(4) + text.slice(0, 4);
  let rest = 0;
  for (const char of moved) {
    const value = Number.parseInt(char, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}

/** Whether three groups can be a social security number of the USA: areas 000, 666 and 900 to 999 were never given out. */
export function isSocialSecurity(area: string, group: string, serial: string): boolean {
  return !/^(?:000|666|9)/.test(area) && group !== '00' && serial !== '0000';
}

/** Whether digits after a plus can be a telephone number: a country code, and what the longest and shortest ones have. */
export function isTelephone(digits: string): boolean {
  return (
    /^[1-9]\d{7,14}$/.test(digits) &&
    !/^(\d)\1+$/.test(digits) &&
    (digits[0] !== '1' || /^1[2-9]\d\d[2-9]\d{6}$/.test(digits))
  );
}
