import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Button } from '@adobe/react-spectrum/Button';
import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { DialogTrigger } from '@adobe/react-spectrum/DialogTrigger';
import { Heading } from '@adobe/react-spectrum/Heading';
import { Item, Picker } from '@adobe/react-spectrum/Picker';
import { ToggleButton } from '@adobe/react-spectrum/ToggleButton';
import { Tooltip, TooltipTrigger } from '@adobe/react-spectrum/Tooltip';
import Filter from '@spectrum-icons/workflow/Filter';
import type { CutSource, Options } from '../state/view-state.js';
import { Examples } from './examples.js';
import { FilterFields } from './filter-fields.js';
import { usePage, useView } from './page-context.js';

const VOCAL_NAMES: Readonly<Record<Options['vocals'], string>> = {
	auto: 'Auto',
	instrumental: 'Instrumental',
	any: 'Any',
};

/** What music is wanted, and the one button. */
export const SearchOptions = ({ source }: { source: CutSource }) => {
	const { commands } = usePage();
	const { options, connection, catalog } = useView();
	const isFiltered = Object.keys(options.filter).length > 0;
	return (
		<div className="search-options">
			<Examples />
			{source.kind === 'host' && (
				<TooltipTrigger>
					<ToggleButton
						isSelected={source.asEdited}
						onChange={asEdited => void commands.cuts.open({ kind: 'host', asEdited })}
					>
						As edited
					</ToggleButton>
					<Tooltip>Look at the pictures that Premiere renders, with titles and effects. It takes longer.</Tooltip>
				</TooltipTrigger>
			)}
			<Picker
				label="Vocals"
				labelPosition="side"
				width="size-1700"
				selectedKey={options.vocals}
				onSelectionChange={key => commands.settings.setOptions({ vocals: key as Options['vocals'] })}
			>
				{Object.entries(VOCAL_NAMES).map(([key, name]) => (
					<Item key={key}>{name}</Item>
				))}
			</Picker>
			<DialogTrigger type="popover" placement="bottom">
				<ActionButton
					isQuiet
					aria-label={isFiltered ? 'Filters, some are set' : 'Filters'}
					UNSAFE_className={isFiltered ? 'set' : ''}
				>
					<Filter />
				</ActionButton>
				<Dialog size="S">
					<Heading>Only suggest music with</Heading>
					<Content>
						<FilterFields filter={options.filter} onChange={filter => commands.settings.setOptions({ filter })} />
					</Content>
				</Dialog>
			</DialogTrigger>
			<Button
				variant="accent"
				onPress={() => void commands.cuts.suggest()}
				isDisabled={connection.state !== 'ready' || (catalog?.tracks ?? 0) === 0}
				aria-keyshortcuts="S"
			>
				Suggest
			</Button>
		</div>
	);
};
