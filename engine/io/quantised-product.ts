import proto from 'onnx-proto';
import ort from 'onnxruntime-node';
import { EngineError } from '../protocol/errors.js';
import { QUERY_LEVELS, type QuantisedProduct } from '../ranking/quantised-product.js';

/**
 * The product of quantised vectors in ONNX Runtime (MatMulInteger). It runs on the calling thread, some milliseconds for
 * each chunk of the catalogue, since ONNX Runtime can't write into memory that threads share.
 *
 * @param threads - ONNX Runtime's own, within one product
 */
export const openQuantisedProduct = async (threads: number): Promise<QuantisedProduct> => {
	const open = (model: Uint8Array) =>
		ort.InferenceSession.create(model, {
			intraOpNumThreads: threads,
			interOpNumThreads: 1,
			executionMode: 'sequential',
			// Threads that wait busily take the processor from the kernel, which runs between two products.
			extra: { session: { intra_op: { allow_spinning: '0' } } },
		});
	const sessions = { columns: await open(columnsModel()), rows: await open(rowsModel()) };
	return {
		multiply: async (query, { layout, rows, cols, data }, products) => {
			const unsigned = Uint8Array.from(query.data, value => value + ZERO);
			const feeds = {
				query: new ort.Tensor('uint8', unsigned, [query.rows, query.cols]),
				catalogue: new ort.Tensor('int8', data, layout === 'columns' ? [cols, rows] : [rows, cols]),
			};
			const fetches = { products: new ort.Tensor('int32', products, [query.rows, rows]) };
			try {
				await sessions[layout].run(feeds, fetches);
			} catch (cause) {
				throw new EngineError('inference-failed', 'the product with the catalogue failed', { cause });
			}
		},
	};
};

/** Which unsigned byte stands for 0 in the query. */
const ZERO = QUERY_LEVELS + 1;

const columnsModel = (): Uint8Array => model([product('catalogue')], 'd', 'm');

const rowsModel = (): Uint8Array =>
	model(
		[
			{
				opType: 'Transpose',
				input: ['catalogue'],
				output: ['columns'],
				attribute: [{ name: 'perm', type: proto.onnx.AttributeProto.AttributeType.INTS, ints: [1, 0] }],
			},
			product('columns'),
		],
		'm',
		'd',
	);

const product = (columns: string): proto.onnx.INodeProto => ({
	opType: 'MatMulInteger',
	input: ['query', columns, 'zero'],
	output: ['products'],
});

const model = (node: proto.onnx.INodeProto[], ...shape: [string, string]): Uint8Array =>
	proto.onnx.ModelProto.encode({
		irVersion: 8,
		producerName: 'segue',
		opsetImport: [{ domain: '', version: 17 }],
		graph: {
			name: 'quantised product',
			node,
			initializer: [{ name: 'zero', dims: [], dataType: UINT8, rawData: Uint8Array.of(ZERO) }],
			input: [matrixInfo('query', UINT8, 'n', 'd'), matrixInfo('catalogue', INT8, ...shape)],
			output: [matrixInfo('products', INT32, 'n', 'm')],
		},
	}).finish();

const UINT8 = proto.onnx.TensorProto.DataType.UINT8;
const INT8 = proto.onnx.TensorProto.DataType.INT8;
const INT32 = proto.onnx.TensorProto.DataType.INT32;

const matrixInfo = (name: string, elemType: number, rows: string, cols: string): proto.onnx.IValueInfoProto => ({
	name,
	type: { tensorType: { elemType, shape: { dim: [{ dimParam: rows }, { dimParam: cols }] } } },
});
