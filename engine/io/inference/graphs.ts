import type { Graph, Graphs } from '../../jobs/ports.js';
import { EngineError } from '../../protocol/errors.js';
import type { InferenceThread, SessionPlan } from './inference-thread.js';
import { tensorOf } from './tensor-of.js';
import type { Float32Tensor } from './thread-messages.js';

/** Runs our own ONNX graphs in a thread. */
export const openGraphs = (thread: InferenceThread): Graphs => {
	let opened = 0;
	return {
		openGraph: async model => {
			const session: SessionPlan = {
				name: `graph ${++opened}`,
				source: { kind: 'bytes', bytes: model },
				device: { name: 'cpu', slowest: Number.POSITIVE_INFINITY },
			};
			const run: Graph['run'] = async (feeds, signal) => {
				const tensors = Object.fromEntries(
					// The buffers move to the thread, so they have to be copies: what was given stays the caller's.
					Object.entries(feeds).map(([name, matrix]) => [name, tensorOf({ ...matrix, data: matrix.data.slice() })]),
				);
				const outputs = await thread.run({ session, feeds: tensors, fetches: null }, signal);
				return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, matrixOf(name, tensor)]));
			};
			return { run, close: async () => thread.release(session) };
		},
	};
};

const matrixOf = (name: string, { dims, data }: Float32Tensor) => {
	const [rows, cols] = dims;
	if (dims.length !== 2 || rows === undefined || cols === undefined) {
		throw new EngineError('inference-failed', `Output ${name} of a graph has ${dims.length} axes, not 2.`);
	}
	return { rows, cols, data };
};
