/** One `struct sock_filter` of linux/filter.h: the operation, how far to jump when true or false, and its constant. */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** A question to the accumulator that is answered with yes or no. */
export interface Test {
  readonly code: number;
  readonly k: number;
}

/** BPF_LD | BPF_W | BPF_ABS. */
export const LOAD = 0x20;
/** BPF_ALU | BPF_AND | BPF_K. */
export const AND = 0x54;
/** BPF_JMP | BPF_JA: the only jump whose distance is a whole word. */
export const JUMP = 0x05;
/** BPF_JMP | BPF_JEQ | BPF_K. */
export const IF_EQUAL = 0x15;
/** BPF_JMP | BPF_JSET | BPF_K. */
export const IF_ANY_BIT = 0x45;
/** BPF_RET | BPF_K. */
export const RETURN = 0x06;

/** A conditional jump has one byte for its distance. */
const FARTHEST = 255;
/** BPF_MAXINSNS: the kernel takes no longer program. */
const MOST_INSTRUCTIONS = 4096;
const INSTRUCTION_BYTES = 8;

/** Puts the word at this byte of what is judged into the accumulator. */
export const load = (offset: number): Instruction => ({ code: LOAD, jt: 0, jf: 0, k: offset });

/** Keeps only these bits of the accumulator. */
export const mask = (bits: number): Instruction => ({ code: AND, jt: 0, jf: 0, k: bits });

/** Ends the program with this answer. */
export const answer = (k: number): Instruction => ({ code: RETURN, jt: 0, jf: 0, k });

export const equals = (k: number): Test => ({ code: IF_EQUAL, k });

export const hasAny = (bits: number): Test => ({ code: IF_ANY_BIT, k: bits });

/** The body runs when the test holds; what follows it runs otherwise, and after a body that does not answer. */
export function when(test: Test, body: readonly Instruction[]): Instruction[] {
  if (body.length <= FARTHEST) return [{ ...test, jt: 0, jf: body.length }, ...body];
  return [{ ...test, jt: 1, jf: 0 }, { code: JUMP, jt: 0, jf: 0, k: body.length }, ...body];
}

/** The body runs unless the test holds. */
export function unless(test: Test, body: readonly Instruction[]): Instruction[] {
  if (body.length <= FARTHEST) return [{ ...test, jt: body.length, jf: 0 }, ...body];
  return [{ ...test, jt: 0, jf: 1 }, { code: JUMP, jt: 0, jf: 0, k: body.length }, ...body];
}

/** The program as an array of `struct sock_filter`, little endian. Throws a `RangeError` for one the kernel refuses. */
export function assemble(program: readonly Instruction[]): Buffer {
  if (program.length > MOST_INSTRUCTIONS) throw new RangeError(`${program.length} instructions are too many`);
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES);
  program.forEach(({ code, jt, jf, k }, index) => {
    const at = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(jt, at + 2);
    bytes.writeUInt8(jf, at + 3);
    bytes.writeUInt32LE(k >>> 0, at + 4);
  });
  return bytes;
}
