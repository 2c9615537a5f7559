import type { premierepro } from '@adobe/premierepro';
import { EngineError } from '../../engine/protocol/errors.js';
import type { HostAnswer, HostParams } from '../../engine/protocol/host.js';
import { commitMarkers } from './commit.js';
import { wantedSequence } from './place.js';
import { ticksOf } from './ticks.js';

/** Adds markers to the active sequence in one undo step, and counts those that are there afterwards. */
export const addMarkers = async (
	ppro: premierepro,
	{ sequence: id, markers: wanted }: HostParams<'markers'>,
): Promise<HostAnswer<'markers'>> => {
	const { project, sequence } = await wantedSequence(ppro, id);
	const added = wanted.map(({ at, name }) => ({ at: ppro.TickTime.createWithTicks(at), name }));
	commitMarkers(ppro, project, await ppro.Markers.getMarkers(sequence), added, `Segue: ${wanted.length} markers`);

	const after = await ppro.Markers.getMarkers((await wantedSequence(ppro, id)).sequence);
	const there = new Set(after.getMarkers().map(marker => `${ticksOf(marker.getStart())} ${marker.getName()}`));
	const missing = wanted.filter(({ at, name }) => !there.has(`${BigInt(at)} ${name}`)).length;
	if (missing > 0) throw new EngineError('place-unverified', `${missing} of ${wanted.length} markers are not there.`);
	return { added: wanted.length, undoSteps: 1 };
};
