import protobuf from 'protobufjs';

/**
 * The ONNX messages the workbench writes and reads, with their field numbers.
 *
 * Source: onnx.proto of ONNX IR version 10. Note: fields that are never used here are left out; protobuf skips them.
 */
const messages = {
  ModelProto: {
    irVersion: ['int64', 1],
    opsetImport: ['repeated OperatorSetIdProto', 8],
    producerName: ['string', 2],
    graph: ['GraphProto', 7],
  },
  OperatorSetIdProto: { domain: ['string', 1], version: ['int64', 2] },
  GraphProto: {
    node: ['repeated NodeProto', 1],
    name: ['string', 2],
    initializer: ['repeated TensorProto', 5],
    input: ['repeated ValueInfoProto', 11],
    output: ['repeated ValueInfoProto', 12],
  },
  NodeProto: {
    input: ['repeated string', 1],
    output: ['repeated string', 2],
    name: ['string', 3],
    opType: ['string', 4],
    attribute: ['repeated AttributeProto', 5],
    domain: ['string', 7],
  },
  AttributeProto: {
    name: ['string', 1],
    f: ['float', 2],
    i: ['int64', 3],
    s: ['bytes', 4],
    ints: ['repeated int64', 8],
    type: ['int32', 20],
  },
  TensorProto: {
    dims: ['repeated int64', 1],
    dataType: ['int32', 2],
    name: ['string', 8],
    rawData: ['bytes', 9],
  },
  ValueInfoProto: { name: ['string', 1], type: ['TypeProto', 2] },
  TypeProto: { tensorType: ['TensorTypeProto', 1], sequenceType: ['SequenceTypeProto', 4] },
  SequenceTypeProto: { elemType: ['TypeProto', 1] },
  TensorTypeProto: { elemType: ['int32', 1], shape: ['TensorShapeProto', 2] },
  TensorShapeProto: { dim: ['repeated DimensionProto', 1] },
  DimensionProto: { dimValue: ['int64', 1] },
} as const satisfies Record<string, Record<string, readonly [string, number]>>;

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(messages).map(([name, fields]) => [
      name,
      {
        fields: Object.fromEntries(
          Object.entries(fields).map(([field, [type, id]]) => [
            field,
            type.startsWith('repeated ') ? { rule: 'repeated', type: type.slice(9), id } : { type, id },
          ]),
        ),
      },
    ]),
  ),
});

export const ModelProto = root.lookupType('ModelProto');

/** TensorProto.DataType. */
export const DATA_TYPES = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11, uint32: 12 } as const;

/** AttributeProto.AttributeType. */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** The operator set every graph is written in. GELU as one op came with 20. */
export const OPSET = 20;

/** The IR version that goes with that operator set. */
export const IR_VERSION = 9;

export interface TensorMessage {
  dims: number[];
  dataType: number;
  name: string;
  rawData: Uint8Array;
}

export interface AttributeMessage {
  name: string;
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  ints?: number[];
}

export interface NodeMessage {
  name: string;
  opType: string;
  input: string[];
  output: string[];
  attribute: AttributeMessage[];
}

export interface TensorTypeMessage {
  tensorType: { elemType: number; shape: { dim: { dimValue: number }[] } };
}

export interface ValueInfoMessage {
  name: string;
  type: TensorTypeMessage;
}

export interface SequenceInfoMessage {
  name: string;
  type: { sequenceType: { elemType: TensorTypeMessage } };
}

export interface ModelMessage {
  irVersion: number;
  producerName: string;
  opsetImport: { domain: string; version: number }[];
  graph: {
    name: string;
    node: NodeMessage[];
    initializer: TensorMessage[];
    input: ValueInfoMessage[];
    output: (ValueInfoMessage | SequenceInfoMessage)[];
  };
}
