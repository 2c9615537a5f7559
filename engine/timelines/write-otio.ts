import type { Rate } from '../time/time.js';
import { compare, type Fraction, minus, plus, ZERO } from './fraction.js';
import { fileUrl } from './media-address.js';
import {
	checkPlacement,
	freshName,
	isFree,
	type MusicPlacement,
	type PlacedMusic,
	refuseOccupied,
	soundingOf,
} from './music-placement.js';
import { type JsonPath, lengthOf, mainTimeline, readOtio } from './otio.js';
import { nameOf, type OtioObject, objectsIn, parseOtioJson, schemaOf } from './otio-values.js';
import { exactRange } from './rates.js';
import { edited, jsonSpan } from './text-edits.js';

/**
 * Puts music into an OTIO timeline; what else the file holds stays as it is, character by character.
 *
 * @throws EngineError 'timeline-unreadable'; 'track-busy' where the named track is not free
 */
export const writeOtioMusic = (text: string, placement: MusicPlacement): PlacedMusic => {
	checkPlacement(placement);
	const timeline = readOtio(text);
	const { stack, path } = mainTimeline(parseOtioJson(text));
	const layers: unknown[] = Array.isArray(stack.children) ? stack.children : [];
	const ofSound = objectsIn(layers).filter(layer => schemaOf(layer) === 'Track' && layer.kind === 'Audio');
	const wanted = placement.track ?? freshName(ofSound.map(nameOf));
	const track = ofSound.find(candidate => nameOf(candidate) === wanted);
	const clip = clipObject(placement, !text.includes('"Clip.2"') && text.includes('"Clip.1"'));
	const gap = (length: Fraction) => (length.numerator > 0n ? [gapObject(length, timeline.rate)] : []);
	const { start, end } = soundingOf(placement, timeline);
	const at = (list: JsonPath, index: number, replaced: number, values: readonly OtioObject[]): PlacedMusic => ({
		text: spliceList(text, [...path, ...list], index, replaced, values),
		track: wanted,
	});

	if (!track) return at(['children'], layers.length, 0, [trackObject(wanted, [...gap(start), clip])]);
	const occupied = () => refuseOccupied(wanted, placement, timeline);
	const read = timeline.audioTracks.find(({ name }) => name === wanted);
	if (track.source_range != null || (read && !isFree(read, { start, end }))) return occupied();
	const list = ['children', layers.indexOf(track), 'children'];
	const items = objectsIn(track.children);
	let from = ZERO;
	for (const [index, item] of items.entries()) {
		const to = plus(from, lengthOf(item, timeline.rate));
		if (compare(start, to) < 0) {
			// What lies there is free, so it is silence: music splits it.
			if (schemaOf(item) !== 'Gap' || compare(end, to) > 0) return occupied();
			return at(list, index, 1, [...gap(minus(start, from)), clip, ...gap(minus(to, end))]);
		}
		from = to;
	}
	return at(list, items.length, 0, [...gap(minus(start, from)), clip]);
};

const trackObject = (name: string, children: readonly OtioObject[]): OtioObject => ({
	OTIO_SCHEMA: 'Track.1',
	metadata: {},
	name,
	source_range: null,
	effects: [],
	markers: [],
	enabled: true,
	children,
	kind: 'Audio',
});

const gapObject = (length: Fraction, rate: Rate): OtioObject => {
	const range = exactRange(ZERO, length, rate, 'The gap before the music');
	return {
		OTIO_SCHEMA: 'Gap.1',
		metadata: {},
		name: '',
		source_range: rangeObject(0, range.duration, range.rate),
		effects: [],
		markers: [],
		enabled: true,
	};
};

const clipObject = ({ path, name, crop, length }: MusicPlacement, isOld: boolean): OtioObject => {
	const reference = {
		OTIO_SCHEMA: 'ExternalReference.1',
		metadata: {},
		name: '',
		available_range: rangeObject(0, length, crop.rate),
		target_url: fileUrl(path),
	};
	return {
		OTIO_SCHEMA: isOld ? 'Clip.1' : 'Clip.2',
		metadata: {},
		name,
		source_range: rangeObject(crop.start, crop.duration, crop.rate),
		effects: [],
		markers: [],
		enabled: true,
		...(isOld
			? { media_reference: reference }
			: { media_references: { DEFAULT_MEDIA: reference }, active_media_reference_key: 'DEFAULT_MEDIA' }),
	};
};

export const rangeObject = (start: number, duration: number, rate: Rate): OtioObject => ({
	OTIO_SCHEMA: 'TimeRange.1',
	duration: timeObject(duration, rate),
	start_time: timeObject(start, rate),
});

const timeObject = (value: number, rate: Rate): OtioObject => ({
	OTIO_SCHEMA: 'RationalTime.1',
	rate: rate.numerator / rate.denominator,
	value,
});

/** Replaces entries of a list in a JSON text, indented as the list is. */
export const spliceList = (
	text: string,
	path: JsonPath,
	index: number,
	replaced: number,
	values: readonly OtioObject[],
): string => {
	const list = jsonSpan(text, path);
	const first = replaced > 0 ? jsonSpan(text, [...path, index]) : null;
	const previous = !first && index > 0 ? jsonSpan(text, [...path, index - 1]) : null;
	const outer = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', list.start) + 1))![0];
	const unit = text.includes('\n') ? (/\n([ \t]+)/.exec(text)?.[1] ?? '    ') : '';
	const newline = unit === '' ? '' : text.includes('\r\n') ? '\r\n' : '\n';
	const lead = `${newline}${outer}${unit}`;
	const entries = values.map(value => jsonText(value, unit).replace(/\n/g, lead)).join(`,${lead}`);
	if (first) return edited(text, [{ ...first, replacement: entries }]);
	if (previous) return edited(text, [{ start: previous.end, end: previous.end, replacement: `,${lead}${entries}` }]);
	const replacement = `[${lead}${entries}${newline}${outer}]`;
	return edited(text, [{ ...list, replacement }]);
};

/** Times are floating point numbers in OTIO, and are written as such even where they are whole. */
const jsonText = (value: OtioObject, unit: string): string =>
	JSON.stringify(value, null, unit).replace(/("(?:rate|value)": ?)(-?\d+)(?![\d.eE])/g, '$1$2.0');
