import proto from 'onnx-proto';
import type { SimilarityProduct } from '../../jobs/ports.js';
import type { Matrix32 } from '../../numeric/matrix.js';
import type { InferenceThread, KeptTensor, SessionPlan } from './inference-thread.js';
import { tensorOf } from './tensor-of.js';

/** The similarity product as one ONNX Gemm: query · catalogueᵀ. The latest catalogue stays in the thread. */
export const openSimilarity = (thread: InferenceThread): SimilarityProduct => {
	let latest: { readonly data: Float32Array; readonly kept: KeptTensor } | null = null;
	let uploads = 0;

	const upload = (catalogue: Matrix32): KeptTensor => {
		if (latest?.data === catalogue.data) return latest.kept;
		if (latest) thread.forget(latest.kept);
		const kept: KeptTensor = { name: `catalogue ${++uploads}`, tensor: tensorOf(catalogue) };
		latest = { data: catalogue.data, kept };
		return kept;
	};

	return {
		similarity: async (query, catalogue, signal) => {
			if (query.cols !== catalogue.cols) {
				throw new RangeError(`query: has ${query.cols} columns, the catalogue ${catalogue.cols}`);
			}
			// ONNX Runtime refuses tensors without a value.
			if (query.rows * query.cols * catalogue.rows === 0) {
				return { rows: query.rows, cols: catalogue.rows, data: new Float32Array(query.rows * catalogue.rows) };
			}
			const feeds = { query: tensorOf({ ...query, data: query.data.slice() }) };
			const job = { session: PRODUCT, feeds, kept: { catalogue: upload(catalogue) }, fetches: ['similarity'] };
			const outputs = await thread.run(job, signal);
			return { rows: query.rows, cols: catalogue.rows, data: outputs.similarity!.data };
		},
	};
};

const matrixInfo = (name: string, rows: string, cols: string): proto.onnx.IValueInfoProto => ({
	name,
	type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: rows }, { dimParam: cols }] } } },
});

/** An ONNX file: query (n × d) · catalogueᵀ (m × d) = similarity (n × m). */
export const productModel = (): Uint8Array =>
	proto.onnx.ModelProto.encode({
		irVersion: 8,
		producerName: 'segue',
		opsetImport: [{ domain: '', version: 17 }],
		graph: {
			name: 'similarity',
			node: [
				{
					opType: 'Gemm',
					input: ['query', 'catalogue'],
					output: ['similarity'],
					attribute: [{ name: 'transB', type: proto.onnx.AttributeProto.AttributeType.INT, i: 1 }],
				},
			],
			input: [matrixInfo('query', 'n', 'd'), matrixInfo('catalogue', 'm', 'd')],
			output: [matrixInfo('similarity', 'n', 'm')],
		},
	}).finish();

const PRODUCT: SessionPlan = {
	name: 'similarity product',
	source: { kind: 'bytes', bytes: productModel() },
	device: { name: 'cpu', slowest: Number.POSITIVE_INFINITY },
};
