import { songTimeAt } from '../../engine/crops/plan.js';
import type { AlignmentView, Suggestion } from '../../engine/protocol/messages.js';
import type { Seconds, Span } from '../../engine/time/time.js';
import type { Placement } from './playback.js';

/** A segment of the cut with a section of the song, by index. */
export type Cell = { readonly segment: number; readonly section: number };

/** The section that plays longest under a segment; null where none does. */
export const playedUnder = ({ played }: AlignmentView, segment: number): number | null => {
	const under = played.filter(pair => pair.segment === segment);
	return (
		under.reduce<(typeof under)[number] | null>(
			(longest, pair) => (longest === null || pair.seconds > longest.seconds ? pair : longest),
			null,
		)?.section ?? null
	);
};

/** Likeness of a segment to what plays under it: the mean over its sections, each by its time; null where nothing plays. */
export const matchOf = ({ played, likeness }: AlignmentView, segment: number): number | null => {
	const under = played.filter(pair => pair.segment === segment);
	const total = under.reduce((sum, { seconds }) => sum + seconds, 0);
	return total === 0
		? null
		: under.reduce((sum, { section, seconds }) => sum + seconds * likeness[segment]![section]!, 0) / total;
};

/** The section most like a segment, wherever it is in the song. */
export const mostAlike = ({ likeness }: AlignmentView, segment: number): number => {
	const values = likeness[segment]!;
	return values.indexOf(Math.max(...values));
};

/**
 * What is heard of a pair: the segment with the music that lies under it in the crop, where the two meet, else with the
 * section from its start on. The music never runs past the song's end.
 */
export const placementOf = (
	{ segments, sections, played }: AlignmentView,
	{ plan, range, track }: Pick<Suggestion, 'plan' | 'range' | 'track'>,
	{ segment, section }: Cell,
): Placement => {
	const heard = segments[segment]!;
	const meets = played.some(pair => pair.segment === segment && pair.section === section);
	const inCrop = meets ? songTimeAt(plan.pieces, heard.start - range.start) : null;
	const start = inCrop ?? sections[section]!.start;
	const end = Math.min(track.duration, start + heard.end - heard.start);
	return { range: heard, crop: { start, end } };
};

/** Least and largest likeness of all pairs: what a drawing's scale spans. */
export const likenessRange = ({ likeness }: AlignmentView): Span => {
	const values = likeness.flat();
	return { start: Math.min(...values), end: Math.max(...values) };
};

/** Where in the scale a likeness stands, in [0, 1]. */
export const strengthOf = (value: number, { start, end }: Span): number =>
	end > start ? (value - start) / (end - start) : 0.5;

/** The segment or section that holds a time, by index; the nearest where none does. */
export const indexAt = (spans: readonly Span[], time: Seconds): number => {
	const index = spans.findIndex(({ end }) => time < end);
	return index === -1 ? spans.length - 1 : index;
};

/** When a stretch of the song is heard, in seconds of the cut: once for each piece that it is in. */
export const inCutTime = (music: Span, { pieces }: Suggestion['plan'], range: Span): Span[] =>
	pieces.flatMap(({ song, at }) => {
		const [from, to] = [Math.max(music.start, song.start), Math.min(music.end, song.end)];
		const shift = range.start + at - song.start;
		return to > from ? [{ start: from + shift, end: to + shift }] : [];
	});
