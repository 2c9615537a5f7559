import { availableParallelism } from 'node:os';
import ort from 'onnxruntime-node';
import { productModel } from '../engine/io/inference/similarity.js';
import type { Matrix32 } from '../engine/numeric/matrix.js';
import type { SimilarityProduct } from '../engine/ranking/rank.js';

/**
 * The engine's similarity product on the calling thread: making a million tracks multiplies a hundred gigabytes, which need
 * not travel to the inference thread.
 */
export const openFloatProduct = async (): Promise<SimilarityProduct> => {
	const session = await ort.InferenceSession.create(productModel(), { intraOpNumThreads: availableParallelism() });
	const tensor = ({ rows, cols, data }: Matrix32) => new ort.Tensor('float32', data, [rows, cols]);
	return {
		similarity: async (query, catalogue) => {
			const product = { rows: query.rows, cols: catalogue.rows, data: new Float32Array(query.rows * catalogue.rows) };
			if (product.data.length > 0) {
				await session.run({ query: tensor(query), catalogue: tensor(catalogue) }, { similarity: tensor(product) });
			}
			return product;
		},
	};
};
