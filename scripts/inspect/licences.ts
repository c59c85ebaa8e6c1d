/** Whether weights learnt from texts under a licence may be given away under ours; what says nothing may not. */
export function isPermissive(licence: string): boolean {
  return /\b(MIT|Apache|ISC|BSD|OSS)\b/i.test(licence) && !/\b(CC-BY|CC|GPL|ODC|none|unnamed)\b/i.test(licence);
}
