import type { Rate } from '../time/time.js';
import {
	compare,
	decimalFraction,
	type Fraction,
	fraction,
	larger,
	magnitude,
	minus,
	ONE,
	over,
	plus,
	smaller,
	times,
	ZERO,
} from './fraction.js';
import { followMap, type MapPoint, type Piece } from './pieces.js';
import { blend, rangeDuration, secondsOf } from './rates.js';
import type { Source, Transition } from './timeline.js';
import { quoted, unreadable } from './unreadable.js';
import { isTrue, rateOf } from './xmeml-values.js';
import { childOf, childrenOf, descendants, textOf, type XmlElement } from './xml.js';

export const isTransition = (item: XmlElement): boolean => item.name === 'transitionitem';

/** A transition, and in seconds where its blend starts and ends and where its clips meet. */
export type XmemlTransition = {
	readonly transition: Transition;
	readonly start: Fraction;
	readonly end: Fraction;
	readonly cut: Fraction;
};

export const readTransition = (item: XmlElement, rate: Rate): XmemlTransition => {
	const effect = childOf(item, 'effect');
	const name = effect ? textOf(effect, 'name') || textOf(effect, 'effectid') : '';
	const what = `The transition ${quoted(name)}`;
	const itemRate = rateOf(item, rate);
	const start = secondsOf(frames(item, 'start', what), itemRate);
	const end = larger(start, secondsOf(frames(item, 'end', what), itemRate));
	const kind = effect ? `${name} ${textOf(effect, 'effectid')}` : name;
	const read = blend(kind, start, minus(end, start), rate);
	const middle = secondsOf(fraction(read.centre), rate);
	const alignment = textOf(item, 'alignment');
	const cut = alignment.startsWith('start') ? start : alignment.startsWith('end') ? end : middle;
	return { transition: { ...read, name }, start, end, cut };
};

type Surroundings = {
	readonly rate: Rate;
	readonly source: Source;
	/** The transition right before, and right after. */
	readonly before: XmemlTransition | null;
	readonly after: XmemlTransition | null;
};

/**
 * The pieces of a clip. An end at a transition is written as -1: the clip's in and out points then take in the whole
 * blend, and the clip itself is cut where the transition's alignment says.
 */
export const piecesOf = (item: XmlElement, { rate, source, before, after }: Surroundings): Piece[] => {
	const name = textOf(item, 'name');
	const what = `The clip ${quoted(name)}`;
	const itemRate = rateOf(item, rate);
	const [inPoint, outPoint] = [frames(item, 'in', what), frames(item, 'out', what)].map(units =>
		secondsOf(units, itemRate),
	) as [Fraction, Fraction];
	const length = minus(outPoint, inPoint);
	const at = (key: string) => {
		const units = frames(item, key, what);
		return units.numerator < 0n ? null : secondsOf(units, rate);
	};
	const [start, end] = [at('start'), at('end')];
	const first = start ?? before?.start ?? (end && minus(end, length));
	if (!first) throw unreadable(`${what} has neither a start nor an end.`);
	const last = end ?? after?.end ?? plus(first, length);
	if (compare(last, first) < 0) throw unreadable(`${what} ends before it starts.`);

	const from = start === null && before ? larger(first, before.cut) : first;
	const to = end === null && after ? smaller(last, after.cut) : last;
	const enabled = textOf(item, 'enabled');
	const common = { name, source, sourceRate: itemRate, enabled: enabled === '' || isTrue(enabled) };
	const retime = readRetime(item, itemRate);
	const late = minus(from, first);

	if (retime.points.length > 0) {
		const stretches = followMap(retime.points, plus(inPoint, late), minus(to, from));
		const shift = minus(from, plus(inPoint, late));
		return stretches.map(({ time, duration, value, speed }) => ({
			...common,
			start: plus(time, shift),
			duration,
			from: value,
			speed,
		}));
	}
	const shown = minus(last, first);
	const fitted = retime.speed ?? speedOfLengths(length, shown, itemRate, rate);
	const sourceIn = retime.speed ? times(inPoint, magnitude(retime.speed)) : inPoint;
	const at0 = fitted.numerator < 0n ? mirrored(sourceIn, source, times(shown, magnitude(fitted))) : sourceIn;
	return [{ ...common, start: from, duration: minus(to, from), from: plus(at0, times(late, fitted)), speed: fitted }];
};

/** A clip that runs backwards counts its in point from the medium's end. */
const mirrored = (inPoint: Fraction, source: Source, taken: Fraction): Fraction => {
	const whole = source.kind === 'media' && source.available ? rangeDuration(source.available) : null;
	return whole && compare(whole, inPoint) > 0 ? minus(whole, inPoint) : plus(inPoint, taken);
};

/** Without a speed effect, lengths that differ by a frame or more are a speed too; less is rounding between two rates. */
const speedOfLengths = (source: Fraction, shown: Fraction, sourceRate: Rate, rate: Rate): Fraction => {
	const tolerance = larger(secondsOf(ONE, sourceRate), secondsOf(ONE, rate));
	if (shown.numerator === 0n || compare(magnitude(minus(source, shown)), tolerance) < 0) return ONE;
	return source.numerator < 0n ? ONE : over(source, shown);
};

type Retime = { readonly speed: Fraction | null; readonly points: readonly MapPoint[] };

/** The time remap effect: one speed in percent, or a curve from the clip's own frames to those of its medium. */
const readRetime = (item: XmlElement, rate: Rate): Retime => {
	const effect = childrenOf(item, 'filter')
		.filter(filter => textOf(filter, 'enabled') === '' || isTrue(textOf(filter, 'enabled')))
		.flatMap(filter => childrenOf(filter, 'effect'))
		.find(found => textOf(found, 'effectid').toLowerCase() === 'timeremap');
	if (!effect) return { speed: null, points: [] };
	const parameters = new Map(
		childrenOf(effect, 'parameter').map(parameter => [textOf(parameter, 'parameterid'), parameter]),
	);
	const value = (id: string) => {
		const parameter = parameters.get(id);
		return parameter ? textOf(parameter, 'value') : '';
	};
	const curve = parameters.get('graphdict');
	if (curve && isTrue(value('variablespeed'))) {
		const points = [...descendants(curve)]
			.filter(({ name }) => name === 'keyframe')
			.flatMap(keyframe => {
				const [time, shown] = [textOf(keyframe, 'when'), textOf(keyframe, 'value')].map(decimalFraction);
				return time && shown ? [{ time: secondsOf(time, rate), value: secondsOf(shown, rate) }] : [];
			});
		if (points.length > 1) return { speed: null, points };
	}
	const percent = decimalFraction(value('speed') || '100');
	if (!percent) throw unreadable(`The clip ${quoted(textOf(item, 'name'))} has a speed of ${value('speed')}.`);
	const speed = over(magnitude(percent), fraction(100));
	const reversed = isTrue(value('reverse')) || percent.numerator < 0n;
	return { speed: reversed ? minus(ZERO, speed) : speed, points: [] };
};

const frames = (item: XmlElement, key: string, what: string): Fraction => {
	const text = textOf(item, key);
	const value = decimalFraction(text === '' ? '-1' : text);
	if (!value) throw unreadable(`${what} has the ${key} point ${quoted(text)}.`);
	return value;
};
