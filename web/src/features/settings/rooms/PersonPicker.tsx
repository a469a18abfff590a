// Finding somebody of the organisation by name or e-mail address.
import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeopleFound } from '../../../api/people';
import classes from './RoomPage.module.css';

/** What is typed is looked up once its writer pauses so long, in milliseconds. */
const pause = 200;

/** People shown at once: whoever is not among them is found by another letter. */
const shown = 8;

interface PersonPickerProps {
  label: string;
  icon: ReactNode;
  /** The ids of those who are no choice. */
  without: string[];
  onPick: (person: { id: string; name: string }) => void;
}

export function PersonPicker({ label, icon, without, onPick }: PersonPickerProps) {
  const { t } = useTranslation();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), pause);
  const people = usePeopleFound(q, shown + without.length);
  const found = (people.data ?? [])
    .filter(({ id, state }) => state !== 'deactivated' && !without.includes(id))
    .slice(0, shown);
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        const person = found.find((one) => one.id === id);
        if (!person) return;
        setTyped('');
        combobox.closeDropdown();
        onPick(person);
      }}
    >
      <Combobox.Target>
        <TextInput
          className={classes.picker}
          label={label}
          placeholder={t('rooms:find_person')}
          leftSection={icon}
          value={typed}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={q === '' || people.data === undefined}>
        <Combobox.Options aria-label={label}>
          {found.map((person) => (
            <Combobox.Option key={person.id} value={person.id}>
              <bdi>{person.name}</bdi>
              <small className={classes.email}>{person.email}</small>
            </Combobox.Option>
          ))}
          {found.length === 0 && <Combobox.Empty>{t('rooms:nobody_found')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
