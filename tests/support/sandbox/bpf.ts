import assert from 'node:assert/strict';
import { AND, IF_ANY_BIT, IF_EQUAL, JUMP, LOAD, RETURN } from '../../../backends/sandbox/bpf.ts';

/** What a seccomp filter is asked about one call (`struct seccomp_data` of linux/seccomp.h). */
export interface SeccompData {
  readonly arch: number;
  readonly nr: number;
  /** Up to six, each of 64 bits. */
  readonly args?: readonly bigint[];
}

/** Runs a classic BPF program as the kernel does; fails where the kernel would not have taken it. */
export function runFilter(program: Buffer, { arch, nr, args = [] }: SeccompData): number {
  assert.equal(program.length % 8, 0);
  const data = Buffer.alloc(64);
  data.writeInt32LE(nr | 0, 0);
  data.writeUInt32LE(arch, 4);
  args.forEach((arg, index) => {
    data.writeBigUInt64LE(BigInt.asUintN(64, arg), 16 + 8 * index);
  });
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 8) {
    const code = program.readUInt16LE(at);
    const k = program.readUInt32LE(at + 4);
    const jump = (yes: boolean) => program.readUInt8(at + (yes ? 2 : 3)) * 8;
    switch (code) {
      case LOAD:
        assert.equal(k % 4, 0);
        accumulator = data.readUInt32LE(k);
        break;
      case AND:
        accumulator = (accumulator & k) >>> 0;
        break;
      case JUMP:
        at += k * 8;
        break;
      case IF_EQUAL:
        at += jump(accumulator === k);
        break;
      case IF_ANY_BIT:
        at += jump((accumulator & k) !== 0);
        break;
      case RETURN:
        return k;
      default:
        assert.fail(`code ${code} at instruction ${at / 8}`);
    }
  }
  assert.fail('the program does not end with an answer');
}
