import type { SegmentSequence } from '../alignment/comparison.js';
import type { ClipModel } from '../evaluation/clip-model.js';
import { type Kind, kindKey } from '../evaluation/plan.js';
import { oneBlock } from '../evaluation/pool-standings.js';
import { cutUp, type FoundBoundaries } from '../evaluation/scenarios.js';
import { rowRange } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';
import type { DataSet, PairClip, Split } from '../training/data-set.js';

/** Both sides of some clips, embedded: clip k is entry k of both. */
export type EmbeddedSides = {
	readonly picture: readonly SegmentSequence[];
	readonly music: readonly SegmentSequence[];
};

export type Watch = { readonly onClip?: (done: number) => void; readonly signal?: AbortSignal };

/** How the first clips of a split are cut, without their features, which would fill the memory. */
export const readBoundaries = async (
	dataSet: DataSet,
	split: Split,
	most: number,
	{ onClip = () => {}, signal }: Watch,
): Promise<FoundBoundaries[]> => {
	const found: FoundBoundaries[] = [];
	if (most < 1) return found;
	for await (const { duration, picture, music } of dataSet.clips(split, signal)) {
		found.push({ duration, picture: { boundaries: picture.boundaries }, music: { boundaries: music.boundaries } });
		onClip(found.length);
		if (found.length === most) break;
	}
	return found;
};

/** The segments of those clips in the model's space, for each kind of cutting. A clip's features are let go after it. */
export const embedClips = async (
	dataSet: DataSet,
	split: Split,
	found: readonly FoundBoundaries[],
	kinds: readonly Kind[],
	model: ClipModel<PairClip>,
	{ onClip = () => {}, signal }: Watch,
): Promise<ReadonlyMap<string, EmbeddedSides>> => {
	const cuts = kinds.map(kind => ({ key: kindKey(kind), cut: cutUp(found, kind.cutting, kind.segmenter) }));
	const sides = new Map(
		cuts.map(({ key }) => [key, { picture: [] as SegmentSequence[], music: [] as SegmentSequence[] }]),
	);
	if (found.length === 0 || kinds.length === 0) return sides;
	let done = 0;
	for await (const clip of dataSet.clips(split, signal)) {
		for (const { key, cut } of cuts) {
			const { picture, music } = sides.get(key)!;
			picture.push(await sequence(cut.picture[done]!, spans => model.picture(clip, spans)));
			music.push(await sequence(cut.music[done]!, spans => model.music(clip, spans)));
		}
		onClip(++done);
		if (done === found.length) break;
	}
	const { place } = model;
	if (!place) return sides;
	return new Map([...sides].map(([key, { picture, music }]) => [key, { picture, music: placed(music, place) }]));
};

const placed = (
	music: readonly SegmentSequence[],
	place: NonNullable<ClipModel<PairClip>['place']>,
): SegmentSequence[] => {
	const { offsets, spans, vectors } = oneBlock(music);
	const rows = place({ offsets, spans, vectors });
	return music.map((sequence, k) => ({ ...sequence, vectors: rowRange(rows, offsets[k]!, offsets[k + 1]!) }));
};

const sequence = async (
	spans: readonly Span[],
	embed: (spans: readonly Span[]) => ReturnType<ClipModel<PairClip>['picture']>,
): Promise<SegmentSequence> => ({ spans, vectors: await embed(spans) });
