import type { TrackSections } from './track-sections.js';

/** Tracks that the kernel scores at once. */
export const LANES = 8;

/** Groups of {@link LANES} tracks that all have `length` sections. */
export type Bucket = {
	readonly length: number;
	readonly groups: number;
	/** Where the bucket's rows begin in its chunk. */
	readonly firstRow: number;
	/** Where its tracks begin in its chunk's `tracks`. */
	readonly firstTrack: number;
};

/**
 * A part of the catalogue in lane order: within a bucket, the first sections of a group's eight tracks lie side by side,
 * then their second ones, and so on, so that eight neighbouring products are what the kernel needs at once.
 */
export type Chunk = {
	readonly buckets: readonly Bucket[];
	/** Index of each track of each group; -1 where a bucket has too few to fill its last group. */
	readonly tracks: Int32Array;
	/** Which row of the catalogue each row is; -1 for the rows of a missing track. */
	readonly rows: Int32Array;
};

/**
 * Lays a catalogue out for the kernel. Tracks are sorted by their number of sections, so that lanes need no padding, and
 * then by duration; those without sections are left out.
 *
 * @param mostRows - a chunk has no more rows than this, unless one group alone has
 */
export const layOutLanes = (sections: TrackSections, mostRows: number): Chunk[] =>
	layOutTracks(laneOrder(sections), sections.offsets, mostRows);

/** The tracks that have sections, by their number and then by duration. */
export const laneOrder = (sections: Pick<TrackSections, 'ids' | 'offsets' | 'spans'>): number[] => {
	const { offsets } = sections;
	return [...sections.ids.keys()]
		.filter(track => lengthOf(offsets, track) > 0)
		.sort((a, b) => lengthOf(offsets, a) - lengthOf(offsets, b) || durationOf(sections, a) - durationOf(sections, b));
};

/**
 * Lays some of a catalogue's tracks out, in the order of {@link laneOrder}.
 *
 * @param offsets - of the whole catalogue's rows
 */
export const layOutTracks = (order: Iterable<number>, offsets: Uint32Array, mostRows: number): Chunk[] => {
	const chunks: Chunk[] = [];
	let groups: number[][] = [];
	let rows = 0;
	for (const group of groupTracks(order, offsets)) {
		const own = lengthOf(offsets, group[0]!) * LANES;
		if (groups.length > 0 && rows + own > mostRows) {
			chunks.push(chunkOf(offsets, groups, rows));
			groups = [];
			rows = 0;
		}
		groups.push(group);
		rows += own;
	}
	if (groups.length > 0) chunks.push(chunkOf(offsets, groups, rows));
	return chunks;
};

/** Up to {@link LANES} tracks of equal length at a time. */
const groupTracks = (order: Iterable<number>, offsets: Uint32Array): number[][] => {
	const groups: number[][] = [];
	for (const track of order) {
		const last = groups.at(-1);
		if (last && last.length < LANES && lengthOf(offsets, last[0]!) === lengthOf(offsets, track)) last.push(track);
		else groups.push([track]);
	}
	return groups;
};

const chunkOf = (offsets: Uint32Array, groups: readonly (readonly number[])[], rowCount: number): Chunk => {
	const buckets: { length: number; groups: number; firstRow: number; firstTrack: number }[] = [];
	const tracks = new Int32Array(groups.length * LANES).fill(-1);
	const rows = new Int32Array(rowCount).fill(-1);
	let firstRow = 0;
	groups.forEach((group, g) => {
		const length = lengthOf(offsets, group[0]!);
		const last = buckets.at(-1);
		if (last?.length === length) last.groups++;
		else buckets.push({ length, groups: 1, firstRow, firstTrack: g * LANES });
		group.forEach((track, lane) => {
			tracks[g * LANES + lane] = track;
			for (let j = 0; j < length; j++) rows[firstRow + j * LANES + lane] = offsets[track]! + j;
		});
		firstRow += length * LANES;
	});
	return { buckets, tracks, rows };
};

const lengthOf = (offsets: Uint32Array, track: number): number => offsets[track + 1]! - offsets[track]!;

const durationOf = ({ offsets, spans }: Pick<TrackSections, 'offsets' | 'spans'>, track: number): number =>
	spans[offsets[track + 1]! - 1]!.end - spans[offsets[track]!]!.start;
