import type { Matrix32 } from '../../numeric/matrix.js';
import type { Float32Tensor } from './thread-messages.js';

/** A matrix as a tensor over the same memory. */
export const tensorOf = ({ rows, cols, data }: Matrix32): Float32Tensor => {
	if (!(data.buffer instanceof ArrayBuffer)) throw new TypeError('data: shared memory cannot be given to ONNX Runtime');
	return { type: 'float32', dims: [rows, cols], data: data as Float32Array<ArrayBuffer> };
};
