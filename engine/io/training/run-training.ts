import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type * as tfjs from '@tensorflow/tfjs';
import { type Model, type ModelCard, writeModel } from '../../embeddings/model-file.js';
import { EngineError } from '../../protocol/errors.js';
import type { DataSet } from '../../training/data-set.js';
import { type Trained, type TrainingEvent, type TrainingPlan, train } from '../../training/train.js';
import type { OpenTrainer } from '../../training/trainer.js';
import { writeDurably } from '../catalog/durable-files.js';
import { writePlot } from '../plots/write-plot.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import { learningCurve } from './learning-curve.js';
import { openOnnxTrainer } from './onnx-trainer.js';
import { openTfjsTrainer } from './tfjs-trainer.js';

/** What does the computing. The two on TensorFlow are packages that whoever wants them installs. */
export const TRAINERS = ['onnx', 'tfjs', 'tfjs-gpu'] as const;
export type TrainerName = (typeof TRAINERS)[number];

export type RunTrainingOptions = {
	readonly kind: ModelCard['kind'];
	readonly trainer: TrainerName;
	/** The model's file; the checkpoint lies beside it until training is over. */
	readonly out: string;
	/** Whether a checkpoint that is there is thrown away. */
	readonly restart: boolean;
	/** Whether matrices are stored in float16. */
	readonly half: boolean;
	readonly notes: readonly string[];
};

export type FinishedTraining = Trained & {
	readonly model: Model;
	readonly files: { readonly model: string; readonly curve: string; readonly card: string };
};

/**
 * Trains a model into a file, with its learning curve and its card beside it. A run that was stopped or killed goes on from
 * its last checkpoint to the same numbers.
 *
 * @throws EngineError 'data-unreadable' where the data set is too small or lacks the boundaries that are asked for,
 * 'trainer-missing' where TensorFlow is not installed
 */
export const runTraining = async (
	set: DataSet,
	plan: TrainingPlan,
	options: RunTrainingOptions,
	onEvent: (event: TrainingEvent | { readonly kind: 'resumed'; readonly step: number }) => void,
	signal?: AbortSignal,
): Promise<FinishedTraining> => {
	const checkpointFile = `${options.out}.checkpoint`;
	if (options.restart) rmSync(checkpointFile, { force: true });
	const identity = identityOf(set, plan, options);
	const from = readCheckpoint(checkpointFile, identity);
	if (from) onEvent({ kind: 'resumed', step: from.trainer.steps });

	let segments = 0;
	const run = train(set, plan, await trainerNamed(options.trainer), from, signal);
	const trained = await asOurs(async () => {
		for (;;) {
			const { done, value } = await run.next();
			if (done) return value;
			if (value.kind === 'begun') segments = value.segments;
			if (value.kind === 'validated') writeCheckpoint(checkpointFile, identity, value.checkpoint);
			onEvent(value);
		}
	});

	const { weights, step, curve } = trained;
	const best = curve.find(point => point.step === step)!;
	const model: Model = {
		weights,
		card: {
			kind: options.kind,
			pictureFeatures: set.inputs.picture.id,
			musicFeatures: set.inputs.music.id,
			segmentation: plan.segmentation,
			data: { name: set.name, origin: set.origin, clips: set.count('train'), segments },
			training: { ...plan, trainer: options.trainer, bestStep: step, ended: trained.ended },
			validation: { ...best },
			notes: [...options.notes],
		},
	};
	const stem = options.out.replace(/\.safetensors$/i, '');
	const files = { model: options.out, curve: `${stem}.curve.png`, card: `${stem}.card.json` };
	writeDurably(files.model, writeModel(model, { half: options.half }));
	await writeFile(files.card, `${JSON.stringify(model.card, null, '\t')}\n`);
	await writePlot(learningCurve(set.name, ORIGIN[set.origin], curve, step), files.curve);
	rmSync(checkpointFile, { force: true });
	return { ...trained, model, files };
};

export const ORIGIN: Readonly<Record<DataSet['origin'], string>> = {
	real: 'real edits',
	rendered: 'pictures rendered to real music',
	simulated: 'simulated features',
};

/** Names a training: what goes on from a checkpoint has to be the same in all of this. */
const identityOf = (set: DataSet, plan: TrainingPlan, { trainer, kind }: RunTrainingOptions): string =>
	createHash('sha256')
		.update(
			JSON.stringify([
				set.name,
				set.inputs,
				set.count('train'),
				set.count('validation'),
				{ ...plan, steps: 0, patience: 0 },
				trainer,
				kind,
			]),
		)
		.digest('hex');

const trainerNamed = async (name: TrainerName): Promise<OpenTrainer> => {
	if (name === 'onnx') return openOnnxTrainer;
	const packageName = name === 'tfjs' ? '@tensorflow/tfjs' : '@tensorflow/tfjs-node-gpu';
	try {
		const tf = (await import(packageName)) as typeof tfjs & { readonly default?: typeof tfjs };
		return openTfjsTrainer(tf.train ? tf : tf.default!);
	} catch (cause) {
		throw new EngineError('trainer-missing', `the package ${packageName} does not load`, { cause });
	}
};

/** What the data set lacks is the person's to change, not a mistake of ours. */
const asOurs = async <Result>(work: () => Promise<Result>): Promise<Result> => {
	try {
		return await work();
	} catch (cause) {
		if (cause instanceof RangeError) throw new EngineError('data-unreadable', cause.message, { cause });
		throw cause;
	}
};
