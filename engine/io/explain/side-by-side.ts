import { basename } from 'node:path';
import type { SegmentSequence } from '../../alignment/comparison.js';
import type { Embedding, StoredRows } from '../../embeddings/embedding.js';
import type { TrackAnalysis } from '../../features/track-analysis.js';
import type { SectionVectors } from '../../jobs/catalog.js';
import { explain } from '../../jobs/explain.js';
import { rowRange, zeros32 } from '../../numeric/matrix.js';
import { segmentsInRange } from '../../suggestions/segments-in-range.js';
import { waveform } from '../../suggestions/waveform.js';
import type { StoredCut } from '../cut-store.js';
import type { FfmpegMedia } from '../media/media.js';
import type { Explained } from './page.js';

/** Pixels of a frame beside the matrix, twice as many as it is drawn on. */
const FRAME_WIDTH = 160;

export type SideBySideParts = {
	readonly cut: StoredCut;
	readonly trackPath: string;
	readonly track: TrackAnalysis;
	readonly model: { readonly embedding: Embedding; readonly note: string };
	/** What the model stores of the catalogue's tracks, which may say what is much and what is little; null without any. */
	readonly stored: SectionVectors | null;
	readonly media: FfmpegMedia;
	readonly signal?: AbortSignal;
};

/**
 * A cut and a track in one space, with frames and the waveform.
 *
 * @throws EngineError 'media-unreadable' where the picture can't be decoded
 */
export const sideBySide = async ({ cut, track, media, signal, ...parts }: SideBySideParts): Promise<Explained> => {
	const { analysis } = cut;
	const { embedding, note } = parts.model;
	const segments = segmentsInRange(analysis, { start: 0, end: analysis.duration });
	const query = { spans: segments, vectors: await embedding.embedCut(analysis, segments) };
	const sections = await placedSections(embedding, track, parts.stored);
	const frames: string[] = [];
	for (const { start, end } of segments) {
		const picture = await media.still(cut.path, (start + end) / 2, FRAME_WIDTH, signal);
		frames.push(`data:image/jpeg;base64,${Buffer.from(picture).toString('base64')}`);
	}
	return {
		cut: cut.name,
		track: basename(parts.trackPath),
		model: { id: embedding.id, note },
		explanation: explain(query, sections),
		beside: {
			frames,
			peaks: thinned(waveform(track, { start: 0, end: track.duration }).values),
			trackDuration: track.duration,
		},
	};
};

/** The track's sections as if it were the catalogue's last track. */
const placedSections = async (
	embedding: Embedding,
	track: TrackAnalysis,
	stored: SectionVectors | null,
): Promise<SegmentSequence> => {
	const spans = track.sections.map(({ start, end }) => ({ start, end }));
	const own = await embedding.describeTrack(track, spans);
	const before = stored?.vectors.rows ?? 0;
	const vectors = zeros32(before + own.rows, own.cols);
	if (stored) vectors.data.set(stored.vectors.data.subarray(0, before * own.cols));
	vectors.data.set(own.data, before * own.cols);
	const all: StoredRows = {
		offsets: Uint32Array.from([...(stored?.offsets ?? [0]), before + own.rows]),
		spans: [...(stored?.spans ?? []), ...spans],
		vectors,
	};
	return { spans, vectors: rowRange(embedding.place(all), before, before + own.rows) };
};

/** As many peaks as are drawn. */
const MOST_PEAKS = 780;

const thinned = (peaks: readonly number[]): number[] => {
	const width = Math.ceil(peaks.length / MOST_PEAKS);
	return Array.from({ length: Math.ceil(peaks.length / width) }, (_, k) =>
		peaks.slice(k * width, (k + 1) * width).reduce((most, peak) => Math.max(most, peak), 0),
	);
};
