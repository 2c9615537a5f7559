import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Model, readModel } from '../../embeddings/model-file.js';
import { type Branch, branchModel } from '../../embeddings/seg-vm-net.js';
import { affectOfClips } from '../../evaluation/affect-of-clips.js';
import { type ClipModel, poolingModel } from '../../evaluation/clip-model.js';
import type { Skipped } from '../../jobs/catalog.js';
import type { Graph, Progress } from '../../jobs/ports.js';
import { EngineError } from '../../protocol/errors.js';
import type { DataSet, PairClip } from '../../training/data-set.js';
import { SIMULATION_SEED, simulate } from '../../training/simulated.js';
import type { Inference } from '../inference/networks.js';
import { openDataSet } from '../training/data-sets/open-data-set.js';

/** What is evaluated. `kind`: whether the model knows segments, or whole clips only, as the paper's baselines do. */
export type Evaluated = {
	readonly dataSet: DataSet;
	readonly model: ClipModel<PairClip>;
	readonly knows: 'segments' | 'clips';
	/** What of the data was left out, and why. */
	readonly skipped: readonly Skipped[];
	readonly close: () => Promise<void>;
};

export type OpenEvaluatedTools = {
	/** Segue's data folder, where analyses are kept. */
	readonly home: string;
	readonly inference: Inference;
	readonly onProgress: (progress: Progress) => void;
	readonly signal?: AbortSignal;
};

/**
 * The data set and the model that a person names.
 *
 * @throws EngineError 'model-unfit' for a model that does not fit the data, 'data-unreadable', 'file-missing',
 * 'model-damaged'
 */
export const openEvaluated = async (data: string, model: string, tools: OpenEvaluatedTools): Promise<Evaluated> => {
	const simulated = /^simulated(?::(\d+))?$/.exec(data);
	if (simulated) return openSimulated(Number(simulated[1] ?? SIMULATED_CLIPS), model, tools.inference);
	if (model === 'affect') {
		const features = { pictureFeatures: 'descriptors-1', musicFeatures: 'descriptors-1' };
		const opened = await open(data, features, tools);
		return { ...opened, model: affectOfClips, knows: 'segments' };
	}
	const trained = modelIn(model);
	const opened = await open(data, trained.card, tools);
	try {
		return { ...opened, ...trainedModel(model, trained, opened.dataSet, tools.inference) };
	} catch (error) {
		await opened.close();
		throw error;
	}
};

/** Test clips of simulated data where no number is given: the paper's. */
const SIMULATED_CLIPS = 1000;
/** Validation clips for each test clip. */
const VALIDATION_SHARE = 0.3;

const openSimulated = (test: number, model: string, inference: Inference): Evaluated => {
	const counts = { train: 0, validation: Math.ceil(VALIDATION_SHARE * test), test };
	const { dataSet, embed } = simulate({ seed: SIMULATION_SEED, counts });
	const about = { dataSet, skipped: [], close: async () => {} };
	if (model !== 'simulated') return { ...about, ...trainedModel(model, modelIn(model), dataSet, inference) };
	const own = poolingModel(
		'simulated embeddings',
		async features => embed.picture(features),
		async features => embed.music(features),
	);
	return { ...about, model: own, knows: 'segments' };
};

const open = async (
	data: string,
	features: { readonly pictureFeatures: string; readonly musicFeatures: string },
	{ home, inference, onProgress, signal }: OpenEvaluatedTools,
): Promise<Omit<Evaluated, 'model' | 'knows'>> => {
	const { pictureFeatures, musicFeatures } = features;
	const opened = await openDataSet(data, { pictureFeatures, musicFeatures }, home, inference, onProgress, signal);
	return { dataSet: opened.set, skipped: opened.skipped, close: opened.close };
};

const modelIn = (path: string): Model => {
	let bytes: Uint8Array;
	try {
		bytes = readFileSync(path);
	} catch (cause) {
		throw new EngineError('file-missing', `there is no model ${path}`, { cause });
	}
	try {
		return readModel(bytes);
	} catch (cause) {
		if (!(cause instanceof RangeError)) throw cause;
		throw new EngineError('model-damaged', `${path}: ${cause.message}`, { cause });
	}
};

const trainedModel = (
	path: string,
	{ card, weights }: Model,
	{ inputs }: DataSet,
	{ graphs }: Inference,
): Pick<Evaluated, 'model' | 'knows'> => {
	if (card.pictureFeatures !== inputs.picture.id || card.musicFeatures !== inputs.music.id) {
		const takes = `${card.pictureFeatures} and ${card.musicFeatures}`;
		throw new EngineError(
			'model-unfit',
			`${path} takes ${takes}, the data has ${inputs.picture.id} and ${inputs.music.id}`,
		);
	}
	const run = (branch: Branch) => {
		let graph: Promise<Graph> | null = null;
		return async (features: Parameters<Graph['run']>[0][string]) => {
			graph ??= graphs.openGraph(branchModel(weights, branch));
			return (await (await graph).run({ features })).embedding!;
		};
	};
	return {
		model: poolingModel(basename(path), run('video'), run('music')),
		knows: card.kind === 'seg-vm-net' ? 'segments' : 'clips',
	};
};
