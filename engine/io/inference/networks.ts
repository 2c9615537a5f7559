import { availableParallelism } from 'node:os';
import type { DeviceReport, Graphs, Networks, SimilarityProduct } from '../../jobs/ports.js';
import { chooseDevice, type RequestedDevice } from './device.js';
import { openGraphs } from './graphs.js';
import { imageFeatures } from './image-features.js';
import { InferenceThread, type SessionPlan } from './inference-thread.js';
import { logMel } from './log-mel.js';
import { bundledModels, type ModelId, readModels } from './models.js';
import { musicTags } from './music-tags.js';
import type { RunNetwork } from './run-network.js';
import { shotEnds } from './shot-ends.js';
import { openSimilarity } from './similarity.js';
import type { Device, ModelFile } from './thread-messages.js';

export type InferenceOptions = {
	/** See {@link chooseDevice}; 'auto' unless given. */
	readonly device?: RequestedDevice;
	/** Threads within one operator; one a core unless given. */
	readonly threads?: number;
	/** Folder with models.json; the one that comes with the program unless given. */
	readonly models?: string;
};

/** All that runs through ONNX Runtime. `close` of the networks ends everything. */
export type Inference = {
	readonly networks: Networks;
	readonly similarity: SimilarityProduct;
	readonly graphs: Graphs;
};

/**
 * Starts inference. Nothing is loaded until it is first used. The pretrained networks share one thread; the similarity
 * product and our own graphs have a second one, so that a question is answered while a folder is being indexed.
 */
export const openInference = (options: InferenceOptions = {}): Inference => {
	const threads = options.threads ?? availableParallelism();
	const refusals = new Map<string, string>();
	const long = new InferenceThread({
		threads,
		onTrial: (session, { refused }) => {
			if (refused !== null) refusals.set(session, refused);
		},
	});
	const short = new InferenceThread({ threads });

	const models = once(() => readModels(options.models ?? bundledModels()));
	const device = once(async () => chooseDevice(options.device ?? 'auto', (await models()).get('log-mel')!));

	const run: RunNetwork = async (id, feeds, fetches, signal) => {
		const session = sessionPlan(id, (await models()).get(id)!, await device());
		return long.run({ session, feeds, fetches }, signal);
	};

	const networks: Networks = {
		shotEnds: (frames, signal) => shotEnds(run, frames, signal),
		imageFeatures: (pictures, signal) => imageFeatures(run, pictures, signal),
		logMel: (samples, signal) => logMel(run, samples, signal),
		musicTags: (logMel, starts, signal) => musicTags(run, logMel, starts, signal),
		device: async () => {
			const report = await device();
			const notes = [...refusals].map(([session, refused]) => `${session} runs on the CPU: ${refused}`);
			return { ...report, note: [report.note, ...notes].join('; ') };
		},
		close: async () => {
			await Promise.all([long.close(), short.close()]);
		},
	};
	return { networks, similarity: openSimilarity(short), graphs: openGraphs(short) };
};

const sessionPlan = (name: ModelId, source: ModelFile, { requested, used }: DeviceReport): SessionPlan => {
	const device: Device = { name: used, slowest: requested === 'auto' ? 1 : Number.POSITIVE_INFINITY };
	return { name, source, device };
};

/** Makes a value when it is first asked for. A failure is not kept: what was missing may be there the next time. */
const once = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
	let made: Promise<Value> | null = null;
	return () => {
		made ??= make().catch(cause => {
			made = null;
			throw cause;
		});
		return made;
	};
};
