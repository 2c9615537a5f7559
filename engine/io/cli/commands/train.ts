import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ModelCard } from '../../../embeddings/model-file.js';
import { PAPER_LAYERS, type SegVmNetLayers } from '../../../embeddings/seg-vm-net.js';
import { EngineError } from '../../../protocol/errors.js';
import type { DataSet } from '../../../training/data-set.js';
import {
	DEFAULT_BATCH,
	DEFAULT_MARGIN,
	DEFAULT_OPTIMISER,
	EQUAL_WEIGHTS,
	type Mining,
	VM_NET_HARDEST,
	VM_NET_WEIGHTS,
} from '../../../training/objective.js';
import type { Segmentation } from '../../../training/segmentation.js';
import {
	DEFAULT_PATIENCE,
	DEFAULT_STEPS,
	DEFAULT_VALIDATE_EVERY,
	type TrainingEvent,
	type TrainingPlan,
} from '../../../training/train.js';
import { parseDevice } from '../../inference/device.js';
import { openInference } from '../../inference/networks.js';
import { DATA_KINDS, type DataKind, openDataSet } from '../../training/data-sets/open-data-set.js';
import { ORIGIN, runTraining, TRAINERS, type TrainerName } from '../../training/run-training.js';
import { contextOf, type World } from '../command-context.js';
import type { ProgressLine } from '../terminal.js';
import { counted } from '../words.js';

type Options = {
	readonly out: string;
	readonly as?: DataKind;
	readonly network: ModelCard['kind'];
	readonly size: keyof typeof SIZES;
	readonly features: keyof typeof FEATURES;
	readonly segmentation?: string;
	readonly mining: Mining['kind'];
	readonly weights: keyof typeof WEIGHTS;
	readonly margin: number;
	readonly rate: number;
	readonly dropout: number;
	readonly batch: number;
	readonly steps: number;
	readonly validateEvery: number;
	readonly patience: number;
	readonly seed: number;
	readonly trainer: TrainerName;
	readonly restart?: true;
	readonly leaveOutSpeech?: true;
	readonly label?: number;
	readonly vocabulary?: string;
	readonly half?: true;
};

/** The paper's layers, and ours for a few hours of material, which would learn that by heart with the paper's. */
const SIZES = {
	paper: PAPER_LAYERS,
	small: { music: [256, 128, 64], video: [256, 64] },
} as const satisfies Record<string, SegVmNetLayers>;

const FEATURES = {
	all: { picture: 'efficientnet-lite0+descriptors-1', music: 'musicnn+descriptors-1' },
	networks: { picture: 'efficientnet-lite0', music: 'musicnn' },
	descriptors: { picture: 'descriptors-1', music: 'descriptors-1' },
} as const;

const WEIGHTS = { equal: EQUAL_WEIGHTS, 'vm-net': VM_NET_WEIGHTS } as const;

/** Progress of training moves at most this often, in milliseconds. */
const MOVES = 200;

export const addTrainCommand = (program: Command, world: World): void => {
	program
		.command('train')
		.argument(
			'<data>',
			'folder of finished edits, timeline(s), .csv of pairs, folder of YouTube-8M TFRecords, or simulated',
		)
		.requiredOption('--out <file>', 'the model, a .safetensors file; curve and card are written beside it')
		.addOption(new Option('--as <kind>', 'read the data as this; told from it unless given').choices(DATA_KINDS))
		.addOption(
			new Option('--network <kind>', "Seg-VM-Net on segments, or one of the paper's baselines on whole clips")
				.choices(['seg-vm-net', 'vm-net', 'vm-net-handcrafted'])
				.default('seg-vm-net'),
		)
		.addOption(
			new Option('--size <size>', "layers of the paper's sizes, or small ones")
				.choices(Object.keys(SIZES))
				.default('paper'),
		)
		.addOption(
			new Option('--features <which>', 'what goes in: features of networks, motion, cutting, level, onsets …, or all')
				.choices(Object.keys(FEATURES))
				.default('all'),
		)
		.option('--segmentation <side:name>', 'where segments begin: music:default, music:olda, picture:transnet, shared …')
		.addOption(
			new Option('--mining <kind>', `all triplets, or the ${VM_NET_HARDEST} hardest of each anchor`)
				.choices(['all', 'hardest'])
				.default('all'),
		)
		.addOption(
			new Option('--weights <kind>', 'both directions alike, or music finding its picture three times')
				.choices(Object.keys(WEIGHTS))
				.default('equal'),
		)
		.option('--margin <distance>', 'of the triplet loss', positive, DEFAULT_MARGIN)
		.option('--rate <number>', 'learning rate', positive, DEFAULT_OPTIMISER.learningRate)
		.option('--dropout <share>', 'of hidden units', share, DEFAULT_OPTIMISER.dropout)
		.option('--batch <segments>', 'segments in a batch', whole, DEFAULT_BATCH)
		.option('--steps <count>', 'steps at the latest', whole, DEFAULT_STEPS)
		.option(
			'--validate-every <steps>',
			'steps between validations, each followed by a checkpoint',
			whole,
			DEFAULT_VALIDATE_EVERY,
		)
		.option('--patience <validations>', 'validations without a better one before it ends', whole, DEFAULT_PATIENCE)
		.option('--seed <number>', 'of everything random', whole, 1)
		.addOption(new Option('--trainer <kind>', 'what computes').choices(TRAINERS).default('onnx'))
		.option('--restart', 'begin anew instead of going on from a checkpoint')
		.option('--leave-out-speech', 'leave out clips with speech over the music')
		.option('--label <number>', 'of YouTube-8M: only videos with this label', whole)
		.option('--vocabulary <csv>', 'of YouTube-8M: vocabulary.csv, in which to find the label "Music video"')
		.option('--half', 'store matrices in float16: half the size')
		.description('Train Seg-VM-Net on pictures and the music that was put under them.')
		.addHelpText(
			'after',
			`
Media is analysed once and kept in the data folder. Ctrl-C, or a kill, loses nothing but the steps since the last
validation: the same command goes on from there, to the same numbers. A tenth of the films or groups is for validation,
which decides which weights are kept; a tenth is never looked at, for segue evaluate.

A table has the columns video, video_start, video_end, music, music_start, music_end, group; times in seconds.

Examples:
  segue train ~/Films/finished --out films.safetensors --leave-out-speech
  segue train pairs.csv --out pairs.safetensors --size small --batch 300
  segue train ~/Projects --as timelines --out projects.safetensors
  segue train yt8m/frame/train --vocabulary vocabulary.csv --out yt8m.safetensors
  segue train simulated:2000 --out simulated.safetensors          features from a generator, for engineering alone

With --json: {"files": {"model", "curve", "card"}, "step", "ended", "validation": {…}, "skipped": [{"path", "code", "detail"}]}`,
		)
		.action(async (data: string, options: Options, command: Command) => {
			const context = contextOf(world, command);
			const { terminal, signal } = context;
			if (!/\.safetensors$/i.test(options.out)) {
				throw new EngineError('bad-request', `a model is a .safetensors file: ${options.out} should end so`);
			}
			const inference = openInference({ device: parseDevice(context.env.SEGUE_DEVICE ?? 'auto') });
			const reading = terminal.progress('Reading');
			try {
				const features = FEATURES[options.features];
				const opened = await openDataSet(
					data,
					{
						...(options.as && { kind: options.as }),
						pictureFeatures: features.picture,
						musicFeatures: options.network === 'vm-net-handcrafted' ? 'handcrafted' : features.music,
						leaveOutSpeech: options.leaveOutSpeech ?? false,
						...(options.label !== undefined && { label: options.label }),
						...(options.vocabulary && { vocabulary: { path: options.vocabulary, name: 'Music video' } }),
					},
					context.home,
					inference,
					({ done, total, stage }) => reading.update(done, total, stage),
					signal,
				);
				reading.stop();
				try {
					for (const { path, detail } of opened.skipped) terminal.note(`left out: ${path}: ${detail}`);
					const training = terminal.progress('Training');
					const plan = planOf(options, opened.set, opened.kind);
					const finished = await runTraining(
						opened.set,
						plan,
						{
							kind: options.network,
							trainer: options.trainer,
							out: resolve(options.out),
							restart: options.restart ?? false,
							half: options.half ?? false,
							notes: [`Trained on ${opened.set.name}: ${ORIGIN[opened.set.origin]}.`],
						},
						told(training, plan, text => terminal.note(text)),
						signal,
					).finally(() => training.stop());
					const { files, step, ended, model } = finished;
					const { validation } = model.card;
					terminal.answer(
						{ files, step, ended, validation, skipped: opened.skipped },
						[
							`Ended ${ended}; the weights are those of step ${step}.`,
							`Of ${counted(validation.clips ?? 0, 'clip')} of the validation split, ${percent(validation.recallAt1)} find their music first, ${percent(validation.recallAt10)} among the first ten; mean rank ${validation.meanRank?.toFixed(1)}.`,
							`${files.model}\n${files.curve}\n${files.card}`,
						].join('\n'),
					);
				} finally {
					await opened.close();
				}
			} finally {
				reading.stop();
				await inference.networks.close();
			}
		});
};

const planOf = (options: Options, set: DataSet, kind: DataKind): TrainingPlan => ({
	architecture: {
		inputs: { video: set.inputs.picture.columns, music: set.inputs.music.columns },
		layers: SIZES[options.size],
	},
	objective: {
		margin: options.margin,
		weights: WEIGHTS[options.weights],
		mining: options.mining === 'all' ? { kind: 'all' } : { kind: 'hardest', count: VM_NET_HARDEST },
	},
	optimiser: {
		learningRate: options.rate,
		dropout: options.dropout,
		batchNormMomentum: DEFAULT_OPTIMISER.batchNormMomentum,
	},
	segmentation: segmentationOf(options, kind),
	batch: options.batch,
	steps: options.steps,
	validateEvery: options.validateEvery,
	patience: options.patience,
	seed: options.seed,
});

/** What such data has boundaries by. */
const DEFAULT_SEGMENTATION: Readonly<Record<DataKind, Segmentation>> = {
	edits: 'music:default',
	timelines: 'music:default',
	table: 'music:default',
	youtube8m: 'music:novelty',
	simulated: 'music:olda',
};

const segmentationOf = ({ network, segmentation }: Options, kind: DataKind): Segmentation => {
	if (network !== 'seg-vm-net') return 'clip';
	const named = segmentation ?? DEFAULT_SEGMENTATION[kind];
	if (named === 'clip' || named === 'shared' || /^(music|picture):./.test(named)) return named as Segmentation;
	throw new EngineError('bad-request', `segments begin at music:NAME, picture:NAME, shared or clip, not at ${named}`);
};

/** Shows a training on one line: steps, loss, recall and the time that is left at the most. */
const told = (line: ProgressLine, plan: TrainingPlan, note: (text: string) => void) => {
	let began: { readonly step: number; readonly at: number } | null = null;
	let shown = 0;
	let recall = '';
	return (event: TrainingEvent | { readonly kind: 'resumed'; readonly step: number }): void => {
		switch (event.kind) {
			case 'resumed':
				note(`Going on from step ${event.step}.`);
				return;
			case 'begun':
				note(
					`${counted(event.clips, 'clip')}, ${counted(event.segments, 'segment')}; ${event.validation} clips to validate with.`,
				);
				return;
			case 'validated':
				recall = `, recall at 10 ${percent(event.point.recallAt10)}`;
				return;
			case 'step': {
				const now = performance.now();
				began ??= { step: event.step - 1, at: now };
				if (now - shown < MOVES && event.step < plan.steps) return;
				shown = now;
				const left = ((now - began.at) / (event.step - began.step)) * (plan.steps - event.step);
				line.update(event.step, plan.steps, `loss ${event.loss.toFixed(4)}${recall}, at most ${minutes(left)} left`);
			}
		}
	};
};

const minutes = (milliseconds: number): string =>
	milliseconds < 90_000 ? `${Math.round(milliseconds / 1000)} s` : `${Math.round(milliseconds / 60_000)} min`;

const percent = (value: number | null | undefined): string => `${Math.round(100 * (value ?? 0))} %`;

const number = (text: string, fits: (value: number) => boolean, what: string): number => {
	const value = Number(text);
	if (text.trim() === '' || !fits(value)) throw new InvalidArgumentError(`${text} is not ${what}.`);
	return value;
};
const positive = (text: string): number => number(text, value => value > 0 && Number.isFinite(value), 'above 0');
const share = (text: string): number => number(text, value => value >= 0 && value < 1, 'at least 0 and below 1');
const whole = (text: string): number =>
	number(text, value => Number.isSafeInteger(value) && value >= 0, 'a whole number');
