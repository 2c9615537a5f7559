import type { Random } from '../../engine/numeric/random.js';
import type { Mood } from './mood.js';
import type { SceneName, Style } from './style.js';

/** A stretch of one scene, in video frames, half-open, with what it was drawn for. */
export type Shot = {
	readonly start: number;
	readonly end: number;
	readonly scene: SceneName;
	/** The mean mood of its music, strayed from as the style allows. */
	readonly level: number;
	readonly brightness: number;
	readonly pace: number;
	readonly seed: number;
};

/** Whether cuts follow the music, or fall where they would have fallen without it. */
export type Cutting = 'music' | 'independent';

/** The mean length of a shot in the paper's clips, in seconds (TransNet, section V). */
const MEAN_SHOT = 6.6;
const SHORTEST_SHOT = 0.8;
/** A cut is moved to the best moment within so many seconds. */
const REACH = 1;

/**
 * Cuts a clip into shots. Lengths are spread about the paper's mean; where they follow the music they are shorter where
 * much happens, and each cut is moved to a strong onset or a change of level nearby.
 */
export const shotsOf = (mood: Mood, fps: number, style: Style, cutting: Cutting, random: Random): Shot[] => {
	const frames = mood.level.length;
	const shots: Shot[] = [];
	for (let start = 0; start < frames; ) {
		const spread = Math.exp(0.35 * random.normal());
		const rate = cutting === 'music' ? style.cutting * (0.45 + 1.8 * mood.pace[start]! * mood.level[start]!) : 0.8;
		const wanted = start + Math.max(SHORTEST_SHOT, (MEAN_SHOT * spread) / rate) * fps;
		const cut = cutting === 'music' ? bestCut(mood, fps, start, wanted) : Math.round(wanted);
		const end = frames - cut < SHORTEST_SHOT * fps ? frames : cut;
		shots.push(shotOf(mood, style, start, end, random));
		start = end;
	}
	return shots;
};

/** The frame near `wanted` with the strongest onset and change of level. */
const bestCut = ({ level, onset }: Mood, fps: number, start: number, wanted: number): number => {
	const first = Math.max(start + Math.round(SHORTEST_SHOT * fps), Math.round(wanted - REACH * fps));
	const last = Math.round(wanted + REACH * fps);
	let best = Math.round(wanted);
	let most = -1;
	for (let frame = first; frame <= last && frame < level.length; frame++) {
		const before = level[Math.max(0, frame - fps)]!;
		const after = level[Math.min(level.length - 1, frame + fps)]!;
		const score = onset[frame]! + 2 * Math.abs(after - before);
		if (score > most) {
			most = score;
			best = frame;
		}
	}
	return Math.min(level.length, best);
};

const shotOf = (mood: Mood, style: Style, start: number, end: number, random: Random): Shot => {
	const strayed = (values: Float64Array): number => {
		const mean = values.subarray(start, end).reduce((sum, value) => sum + value, 0) / (end - start);
		return Math.min(1, Math.max(0, mean + style.looseness * random.normal()));
	};
	const level = strayed(mood.level);
	const pace = strayed(mood.pace);
	const liveliness = Math.min(0.999, (level + pace) / 2);
	return {
		start,
		end,
		scene: style.scenes[Math.floor(liveliness * style.scenes.length)]!,
		level,
		brightness: strayed(mood.brightness),
		pace,
		seed: random.index(2 ** 31),
	};
};
