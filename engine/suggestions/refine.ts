import { barLines } from '../crops/bar-lines.js';
import { lowerBound } from '../crops/cut-agreement.js';
import type { EndingChoice } from '../crops/endings.js';
import { TERMS, type Term } from '../crops/terms.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { EngineError } from '../protocol/errors.js';
import type { Seconds, Span } from '../time/time.js';
import type { CropChoice, Pick } from './pick.js';

/** What an editor may do to a crop. */
export type Change =
	/** The song so many beats, bars or sections later (earlier where negative) under the range. */
	| { readonly kind: 'beat' | 'bar' | 'section'; readonly by: number }
	/** The song from this second on. */
	| { readonly kind: 'move'; readonly to: Seconds }
	| { readonly kind: 'ending'; readonly ending: EndingChoice }
	/** A moment of the song, or its drop, on a moment of the cut. */
	| { readonly kind: 'lock'; readonly cut: Seconds; readonly song: Seconds | 'drop' }
	| { readonly kind: 'unlock' }
	| { readonly kind: 'form'; readonly form: CropChoice['form'] };

/** So much of the song is always left. */
const LEAST_MUSIC: Seconds = 4;

/**
 * The choice after a change. Steps by beat and bar follow the song's own grid from where the crop starts, so that what
 * was in phase stays so.
 *
 * @throws EngineError 'bad-request' for a drop that the song does not have, or a lock outside of range or song
 */
export const changedChoice = (choice: CropChoice, change: Change, analysis: TrackAnalysis, range: Span): CropChoice => {
	const latest = Math.max(0, analysis.duration - LEAST_MUSIC);
	const from = (start: Seconds): CropChoice => ({ ...choice, start: Math.max(0, Math.min(latest, start)), lock: null });
	switch (change.kind) {
		case 'beat':
			return from(stepped(choice.start, beatGrid(analysis), change.by));
		case 'bar':
			return from(stepped(choice.start, barLines(analysis), change.by));
		case 'section':
			return from(
				neighbour(
					analysis.sections.map(({ start }) => start),
					choice.start,
					change.by,
				),
			);
		case 'move':
			return from(change.to);
		case 'ending':
			return { ...choice, ending: change.ending };
		case 'form':
			return { ...choice, form: change.form };
		case 'unlock':
			return { ...choice, lock: null };
		case 'lock':
			return locked(choice, change.cut, songMoment(change.song, analysis), analysis, range);
	}
};

const songMoment = (song: Seconds | 'drop', { labels }: TrackAnalysis): Seconds => {
	if (song !== 'drop') return song;
	if (labels?.drop) return labels.drop.at;
	throw new EngineError('bad-request', 'This song has no drop that was found; name a second of it.');
};

const locked = (
	choice: CropChoice,
	cut: Seconds,
	song: Seconds,
	{ duration }: TrackAnalysis,
	range: Span,
): CropChoice => {
	if (!(cut >= range.start && cut < range.end)) {
		throw new EngineError('bad-request', `${cut.toFixed(2)} s lies outside of the range.`);
	}
	if (!(song >= 0 && song < duration)) {
		throw new EngineError('bad-request', `The song has no second ${song.toFixed(2)}.`);
	}
	const start = song - (cut - range.start);
	if (choice.form === 'straight' && start < 0) {
		throw new EngineError(
			'bad-request',
			`The song has only ${song.toFixed(1)} s before that moment; re-cut it, or choose a later one.`,
		);
	}
	return { ...choice, start: Math.max(0, start), lock: { cut, song } };
};

const beatGrid = ({ beats, duration }: TrackAnalysis): readonly Seconds[] =>
	beats.beats.length >= 4 ? beats.beats : Array.from({ length: Math.floor(2 * duration) }, (_, k) => k / 2);

/** Moved by as much as lies between the grid's nearest moment and the one `by` further. */
const stepped = (start: Seconds, grid: readonly Seconds[], by: number): Seconds => {
	if (grid.length < 2) return start;
	const next = lowerBound(grid, start);
	const nearest = next > 0 && (next === grid.length || start - grid[next - 1]! < grid[next]! - start) ? next - 1 : next;
	const goal = Math.max(0, Math.min(grid.length - 1, nearest + by));
	return start + grid[goal]! - grid[nearest]!;
};

/** A start is at the one it is within a tenth of a second of. */
const neighbour = (starts: readonly Seconds[], time: Seconds, by: number): Seconds => {
	const before = starts.filter(start => start < time - 0.1);
	const after = starts.filter(start => start > time + 0.1);
	const found = by > 0 ? after[by - 1] : before.at(by);
	return found ?? (by > 0 ? (after.at(-1) ?? time) : (before[0] ?? 0));
};

/** A term that a change has moved. */
export type TermChange = {
	readonly term: Term;
	/** In deviations. */
	readonly before: number;
	readonly after: number;
	readonly text: string;
};

/** Differences of this many deviations can be told. */
const NOTICEABLE = 0.15;

/** What got better or worse, the largest difference first. */
export const termChanges = (before: Pick, after: Pick): TermChange[] =>
	TERMS.map(term => ({ term, before: before.terms[term], after: after.terms[term] }))
		.filter(change => Math.abs(change.after - change.before) >= NOTICEABLE)
		.sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
		.map(change => ({ ...change, text: WORDS[change.term][change.after > change.before ? 'better' : 'worse'] }));

const WORDS: Readonly<Record<Term, { readonly better: string; readonly worse: string }>> = {
	movement: { better: 'moves more with the picture', worse: 'moves less with the picture' },
	content: { better: 'sounds more like what is seen', worse: 'sounds less like what is seen' },
	accents: { better: 'more cuts on its accents', worse: 'fewer cuts on its accents' },
	beats: { better: 'cuts closer to beats', worse: 'cuts further from beats' },
	rises: { better: 'rises more with the picture', worse: 'rises less with the picture' },
	phrases: { better: 'starts and ends more on phrases', worse: 'starts and ends less on phrases' },
	voices: { better: 'less singing under speech', worse: 'more singing under speech' },
	wishes: { better: 'more as wished', worse: 'less as wished' },
	joins: { better: 'joins harder to hear', worse: 'joins easier to hear' },
};
