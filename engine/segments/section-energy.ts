import { CURVE_RATE, type Section, type TrackCurves } from '../features/track-analysis.js';
import type { Span } from '../time/time.js';

/** dB above which a section is high, and below which it is low, against the level that half of the track exceeds. Ours. */
const HIGH = 1.5;
const LOW = -3;
/** dB from a threshold at which we are sure of the word. */
const SURE = 1.5;

export type SectionEnergy = { readonly energy: Section['energy']; readonly confidence: number };

/**
 * Whether a section is louder or quieter than the track at large: its mean power against the median level of the track.
 * A track of even level is 'mid' throughout.
 */
export const sectionEnergies = (curves: TrackCurves, sections: readonly Span[]): SectionEnergy[] => {
	const levels = sections.map(section => meanLevel(curves.level, section));
	const usual = weightedMedian(levels, sections);
	return levels.map(level => {
		const above = level - usual;
		const margin = Math.min(Math.abs(above - HIGH), Math.abs(above - LOW));
		return {
			energy: above > HIGH ? 'high' : above < LOW ? 'low' : 'mid',
			confidence: Math.min(1, margin / SURE),
		};
	});
};

/** Level of a stretch in dB: of its mean power, so that a few loud beats count as they are heard. -80 for nothing. */
export const meanLevel = (level: Float32Array, { start, end }: Span): number => {
	const first = Math.max(0, Math.round(start * CURVE_RATE));
	const last = Math.min(level.length, Math.max(first + 1, Math.round(end * CURVE_RATE)));
	let power = 0;
	for (let k = first; k < last; k++) power += 10 ** (level[k]! / 10);
	return last > first ? Math.max(-80, 10 * Math.log10(power / (last - first))) : -80;
};

/** The level reached for half of the time. */
const weightedMedian = (levels: readonly number[], sections: readonly Span[]): number => {
	const order = levels.map((_, i) => i).sort((a, b) => levels[a]! - levels[b]!);
	const half = sections.reduce((sum, { start, end }) => sum + (end - start), 0) / 2;
	let sum = 0;
	for (const i of order) {
		sum += sections[i]!.end - sections[i]!.start;
		if (sum >= half) return levels[i]!;
	}
	return 0;
};
