import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;

/** ONNX's numbers for what our graphs use. */
const FLOAT = 1;
const OPSET = 17;
const IR_VERSION = 8;

/** A float32 constant of a graph; `dims` multiply to the length of `data`. */
export type Constant = { readonly dims: readonly number[]; readonly data: Float32Array };

export type OnnxNode = {
	readonly op: string;
	readonly inputs: readonly string[];
	readonly output: string;
	readonly attributes?: Readonly<
		Record<string, { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number }>
	>;
};

export type OnnxGraph = {
	readonly name: string;
	/** Matrices of any number of rows, by name and columns. */
	readonly inputs: Readonly<Record<string, number>>;
	readonly outputs: Readonly<Record<string, number>>;
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
				input: Object.entries(graph.inputs).map(matrixInfo),
				output: Object.entries(graph.outputs).map(matrixInfo),
				initializer: Object.entries(graph.constants).map(([name, { dims, data }]) => ({
					name,
					dims: [...dims],
					dataType: FLOAT,
					rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
				})),
				node: graph.nodes.map(({ op, inputs, output, attributes = {} }) => ({
					opType: op,
					name: output,
					input: [...inputs],
					output: [output],
					attribute: Object.entries(attributes).map(attributeProto),
				})),
			},
		}),
	).finish();

const matrixInfo = ([name, cols]: [string, number]) => ({
	name,
	type: { tensorType: { elemType: FLOAT, shape: { dim: [{ dimParam: 'rows' }, { dimValue: cols }] } } },
});

const { AttributeType } = onnx.AttributeProto;

const attributeProto = ([name, value]: [string, NonNullable<OnnxNode['attributes']>[string]]) => {
	if ('int' in value) return { name, type: AttributeType.INT, i: value.int };
	if ('ints' in value) return { name, type: AttributeType.INTS, ints: [...value.ints] };
	return { name, type: AttributeType.FLOAT, f: value.float };
};
