import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { MUSIC_FEATURES, PICTURE_FEATURES } from '../../../embeddings/segment-features.js';
import type { Skipped } from '../../../jobs/catalog.js';
import type { Progress } from '../../../jobs/ports.js';
import { EngineError } from '../../../protocol/errors.js';
import type { DataSet, FeatureSpec } from '../../../training/data-set.js';
import { SIMULATION_SEED, simulate } from '../../../training/simulated.js';
import type { Inference } from '../../inference/networks.js';
import { isTimelineFile } from '../../timeline-file.js';
import { Extraction } from './extraction.js';
import { type MediaPair, mediaPairs } from './media-pairs.js';
import { editsIn, pairsInTable, pairsInTimeline, timelinesIn } from './pair-lists.js';
import { isYouTube8m, labelNumber, youTube8m } from './youtube8m.js';

/** What a path is read as. */
export const DATA_KINDS = ['edits', 'timelines', 'table', 'youtube8m', 'simulated'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

export type OpenDataSetOptions = {
	/** Told from the path where it is not given. */
	readonly kind?: DataKind;
	/** Ids of the features that are made from media; YouTube-8M has its own. */
	readonly pictureFeatures: string;
	readonly musicFeatures: string;
	readonly leaveOutSpeech?: boolean;
	/** Of YouTube-8M: a label's number, or its name in a vocabulary. All videos where neither is given. */
	readonly label?: number;
	readonly vocabulary?: { readonly path: string; readonly name: string };
};

export type OpenedDataSet = {
	readonly set: DataSet;
	readonly kind: DataKind;
	/** What was left out, and why. */
	readonly skipped: readonly Skipped[];
	readonly close: () => Promise<void>;
};

/**
 * Pairs to train on or to measure with: a folder of finished edits or music videos, a timeline or a folder of them, a CSV
 * table of pairs, or a folder of YouTube-8M TFRecords; or `simulated`, `simulated:CLIPS`: features from a generator, for
 * engineering alone. Media is analysed once and kept in the data folder, so a run that
 * was stopped goes on where it was.
 *
 * @param home - Segue's data folder
 * @throws EngineError 'data-unreadable' where there is nothing of that kind
 */
export const openDataSet = async (
	path: string,
	options: OpenDataSetOptions,
	home: string,
	inference: Inference,
	onProgress: (progress: Progress) => void,
	signal?: AbortSignal,
): Promise<OpenedDataSet> => {
	const simulated = SIMULATED.exec(path);
	if (simulated) return openSimulated(Number(simulated[1] ?? SIMULATED_CLIPS));
	const place = resolve(path);
	const kind = options.kind ?? (await kindOf(place));
	const kept = join(home, 'training');
	if (kind === 'youtube8m') {
		const label = options.vocabulary
			? await labelNumber(options.vocabulary.path, options.vocabulary.name)
			: (options.label ?? null);
		const opened = await youTube8m(place, label, join(kept, 'youtube8m'), onProgress, signal);
		return { ...opened, kind, close: async () => {} };
	}
	if (kind === 'simulated') throw new EngineError('bad-request', `${path} is not simulated or simulated:CLIPS`);
	const inputs = inputsOf(options);
	const extraction = new Extraction(kept, inference);
	try {
		const pairs = await pairsOf(kind, place, extraction, signal);
		if (pairs.length === 0) throw new EngineError('data-unreadable', `${place} holds no ${NOTHING[kind]}`);
		const about = {
			name: basename(place),
			origin: isRendered(place) ? 'rendered' : 'real',
			inputs,
			leaveOutSpeech: options.leaveOutSpeech ?? false,
		} as const;
		const opened = await mediaPairs(pairs, about, extraction, onProgress, signal);
		return { ...opened, kind, close: () => extraction.close() };
	} catch (error) {
		await extraction.close();
		throw error;
	}
};

/** What `npm run visualise` leaves in a folder: its clips are no real edits, and no number made from them may say so. */
const RENDERED_LIST = 'corpus.json';

const isRendered = (place: string): boolean =>
	existsSync(join(place, RENDERED_LIST)) || existsSync(join(dirname(place), RENDERED_LIST));

const SIMULATED = /^simulated(?::(\d+))?$/;
/** Clips to train on where no number is given, and what is made beside them. */
const SIMULATED_CLIPS = 2000;
const SIMULATED_REST = { validation: 300, test: 1000 };

const openSimulated = (train: number): OpenedDataSet => ({
	set: simulate({ seed: SIMULATION_SEED, counts: { train, ...SIMULATED_REST } }).dataSet,
	kind: 'simulated',
	skipped: [],
	close: async () => {},
});

type MediaKind = Exclude<DataKind, 'youtube8m' | 'simulated'>;

const NOTHING: Readonly<Record<MediaKind, string>> = {
	edits: 'video',
	timelines: 'timeline with music under its picture',
	table: 'row',
};

const kindOf = async (place: string): Promise<DataKind> => {
	const found = await stat(place).catch(cause => {
		throw new EngineError('file-missing', `there is nothing at ${place}`, { cause });
	});
	if (!found.isDirectory()) {
		if (extname(place).toLowerCase() === '.csv') return 'table';
		if (isTimelineFile(place)) return 'timelines';
		throw new EngineError('data-unreadable', `${place} is neither a folder nor a table nor a timeline`);
	}
	if (await isYouTube8m(place)) return 'youtube8m';
	return (await editsIn(place)).length > 0 ? 'edits' : 'timelines';
};

const pairsOf = async (
	kind: MediaKind,
	place: string,
	{ media }: Extraction,
	signal: AbortSignal | undefined,
): Promise<MediaPair[]> => {
	switch (kind) {
		case 'edits':
			return editsIn(place);
		case 'table':
			return pairsInTable(place);
		case 'timelines': {
			const files = isTimelineFile(place) ? [place] : await timelinesIn(place);
			const pairs: MediaPair[] = [];
			for (const file of files) pairs.push(...(await pairsInTimeline(file, media, signal)));
			return pairs;
		}
	}
};

const inputsOf = ({ pictureFeatures, musicFeatures }: OpenDataSetOptions): FeatureSpec => {
	const picture = PICTURE_FEATURES[pictureFeatures]?.columns;
	const music = musicFeatures === 'handcrafted' ? HANDCRAFTED_COLUMNS : MUSIC_FEATURES[musicFeatures]?.columns;
	if (picture === undefined) throw new EngineError('bad-request', `there are no picture features ${pictureFeatures}`);
	if (music === undefined) throw new EngineError('bad-request', `there are no music features ${musicFeatures}`);
	return {
		picture: { id: pictureFeatures, columns: picture },
		music: { id: musicFeatures, columns: music },
	};
};

/** Baseline 1's. */
const HANDCRAFTED_COLUMNS = 1140;
