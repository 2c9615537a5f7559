import type { Rate } from '../time/time.js';
import type { MusicPlacement, PlacedMusic } from './music-placement.js';
import { timelineFormat } from './read-timeline.js';
import { writeEdlMusic } from './write-edl.js';
import { writeFcpxmlMusic } from './write-fcpxml.js';
import { writeOtioMusic } from './write-otio.js';
import { writeXmemlMusic } from './write-xmeml.js';

/**
 * Puts music into a copy of a timeline, in the timeline's own format. Nothing that is there is changed or covered.
 *
 * @param rate - frames a second, for the formats that don't say it: EDL
 * @throws EngineError 'timeline-unreadable'; 'track-busy' where the named track is not free
 * @throws RangeError for a placement that can't be meant
 */
export const writeMusic = (text: string, placement: MusicPlacement, rate?: Rate): PlacedMusic => {
	switch (timelineFormat(text)) {
		case 'otio':
			return writeOtioMusic(text, placement);
		case 'fcpxml':
			return writeFcpxmlMusic(text, placement);
		case 'xmeml':
			return writeXmemlMusic(text, placement);
		case 'edl':
			return writeEdlMusic(text, placement, rate);
	}
};
