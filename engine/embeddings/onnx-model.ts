import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;

/** ONNX's numbers for what our graphs use. */
const TYPES = { float32: 1, uint8: 2, int64: 7 } as const;
const OPSET = 17;
const IR_VERSION = 8;

/** A constant of a graph; `dims` multiply to the length of `data`. */
export type Constant = { readonly dims: readonly number[]; readonly data: Float32Array | BigInt64Array };

/** What goes in or out. A length that is a word may differ from run to run, the same for all that use the word. */
export type TensorInfo = { readonly type: keyof typeof TYPES; readonly dims: readonly (number | string)[] };

export type OnnxNode = {
	readonly op: string;
	readonly inputs: readonly string[];
	/** Several for operators that have several. */
	readonly output: string | readonly string[];
	readonly attributes?: Readonly<
		Record<string, { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number }>
	>;
};

export type OnnxGraph = {
	readonly name: string;
	/** By name; a number stands for a matrix of float32 with any number of rows and that many columns. */
	readonly inputs: Readonly<Record<string, number | TensorInfo>>;
	readonly outputs: Readonly<Record<string, number | TensorInfo>>;
	readonly constants: Readonly<Record<string, Constant>>;
	/** In an order in which everything is made before it is used. */
	readonly nodes: readonly OnnxNode[];
};

/** The graph as an ONNX file. */
export const onnxModel = (graph: OnnxGraph): Uint8Array =>
	onnx.ModelProto.encode(
		onnx.ModelProto.create({
			irVersion: IR_VERSION,
			producerName: 'segue',
			opsetImport: [{ domain: '', version: OPSET }],
			graph: {
				name: graph.name,
				input: Object.entries(graph.inputs).map(valueInfo),
				output: Object.entries(graph.outputs).map(valueInfo),
				initializer: Object.entries(graph.constants).map(([name, { dims, data }]) => ({
					name,
					dims: [...dims],
					dataType: data instanceof Float32Array ? TYPES.float32 : TYPES.int64,
					rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
				})),
				node: graph.nodes.map(({ op, inputs, output, attributes = {} }) => ({
					opType: op,
					name: outputsOf(output)[0]!,
					input: [...inputs],
					output: outputsOf(output),
					attribute: Object.entries(attributes).map(attributeProto),
				})),
			},
		}),
	).finish();

const outputsOf = (output: OnnxNode['output']): string[] => (typeof output === 'string' ? [output] : [...output]);

const valueInfo = ([name, info]: [string, number | TensorInfo]) => {
	const { type, dims } = typeof info === 'number' ? ({ type: 'float32', dims: ['rows', info] } as const) : info;
	const dim = dims.map(length => (typeof length === 'string' ? { dimParam: length } : { dimValue: length }));
	return { name, type: { tensorType: { elemType: TYPES[type], shape: { dim } } } };
};

const { AttributeType } = onnx.AttributeProto;

const attributeProto = ([name, value]: [string, NonNullable<OnnxNode['attributes']>[string]]) => {
	if ('int' in value) return { name, type: AttributeType.INT, i: value.int };
	if ('ints' in value) return { name, type: AttributeType.INTS, ints: [...value.ints] };
	return { name, type: AttributeType.FLOAT, f: value.float };
};
