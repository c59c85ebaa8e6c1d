/** As much of the ONNX format (onnx.proto3) as writes a model for a test: fields of protobuf, each with its number. */

const [FLOAT, INT64, BOOL] = [1, 7, 9];
const IR_VERSION = 8;
const OPSET = 13;

type Bytes = Buffer;

function varint(value: number | bigint): Bytes {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    bytes.push(left === 0n ? low : low | 0x80);
  } while (left !== 0n);
  return Buffer.from(bytes);
}

function int(field: number, value: number): Bytes {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function part(field: number, value: Bytes | string): Bytes {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

const all = (...parts: readonly Bytes[]): Bytes => Buffer.concat(parts);
const floats = (values: readonly number[]): Bytes => Buffer.from(Float32Array.from(values).buffer);
const integers = (values: readonly number[]): Bytes => Buffer.from(BigInt64Array.from(values.map(BigInt)).buffer);

/** `ValueInfoProto`: a tensor of a type, each dimension a number or a name. */
function value(name: string, type: number, shape: readonly (number | string)[]): Bytes {
  const dimensions = shape.map((size) => part(1, typeof size === 'number' ? int(1, size) : part(2, size)));
  return all(part(1, name), part(2, part(1, all(int(1, type), part(2, all(...dimensions))))));
}

/** `TensorProto`. */
function tensor(name: string, type: number, shape: readonly number[], raw: Bytes): Bytes {
  return all(...shape.map((size) => int(1, size)), int(2, type), part(8, name), part(9, raw));
}

/** `NodeProto`. */
function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...attributes: readonly Bytes[]
): Bytes {
  return all(
    ...inputs.map((name) => part(1, name)),
    ...outputs.map((name) => part(2, name)),
    part(4, operator),
    ...attributes.map((one) => part(5, one)),
  );
}

const integer = (name: string, number: number): Bytes => all(part(1, name), int(3, number), int(20, 2));
const list = (name: string, number: number): Bytes => all(part(1, name), int(8, number), int(20, 7));
const inner = (name: string, graph: Bytes): Bytes => all(part(1, name), part(6, graph), int(20, 5));

interface Graph {
  readonly nodes: readonly Bytes[];
  readonly tensors?: readonly Bytes[];
  readonly inputs: readonly Bytes[];
  readonly outputs: readonly Bytes[];
}

/** `GraphProto`. */
function graph({ nodes, tensors = [], inputs, outputs }: Graph): Bytes {
  return all(
    ...nodes.map((one) => part(1, one)),
    part(2, 'graph'),
    ...tensors.map((one) => part(5, one)),
    ...inputs.map((one) => part(11, one)),
    ...outputs.map((one) => part(12, one)),
  );
}

/**
 * A text classifier of two classes: each token gives both a value, and of each class the highest counts. A token with
 * `rounds` keeps the model busy for so many rounds of a loop that does nothing.
 */
export function onnxClassifier(
  tokens: readonly { readonly logits: readonly [number, number]; rounds?: number }[],
): Bytes {
  const state = (name: string) => value(name, FLOAT, [1, 2]);
  const body = graph({
    nodes: [node('Identity', ['go'], ['goOn']), node('Identity', ['before'], ['behind'])],
    inputs: [value('round', INT64, []), value('go', BOOL, []), state('before')],
    outputs: [value('goOn', BOOL, []), state('behind')],
  });
  const whole = graph({
    nodes: [
      node('Gather', ['weights', 'input_ids'], ['each']),
      node('ReduceMax', ['each'], ['most'], list('axes', 1), integer('keepdims', 0)),
      node('Gather', ['rounds', 'input_ids'], ['eachRounds']),
      node('Cast', ['eachRounds'], ['asFloats'], integer('to', FLOAT)),
      node('ReduceMax', ['asFloats'], ['mostRounds'], integer('keepdims', 0)),
      node('Cast', ['mostRounds'], ['trips'], integer('to', INT64)),
      node('Loop', ['trips', 'yes', 'most'], ['logits'], inner('body', body)),
    ],
    tensors: [
      tensor('weights', FLOAT, [tokens.length, 2], floats(tokens.flatMap(({ logits }) => logits))),
      tensor('rounds', INT64, [tokens.length], integers(tokens.map(({ rounds = 0 }) => rounds))),
      tensor('yes', BOOL, [], Buffer.from([1])),
    ],
    inputs: [value('input_ids', INT64, ['batch', 'length']), value('attention_mask', INT64, ['batch', 'length'])],
    outputs: [value('logits', FLOAT, ['batch', 2])],
  });
  const opset = all(part(1, ''), int(2, OPSET));
  return all(int(1, IR_VERSION), part(7, whole), part(8, opset));
}
