import 'vuetify/styles';
import { createVuetify } from 'vuetify';
import { aliases, mdi } from 'vuetify/iconsets/mdi-svg';

const light = {
  dark: false,
  colors: {
    background: '#F5F7FA',
    surface: '#FFFFFF',
    'surface-variant': '#3C4653',
    'on-surface-variant': '#F2F4F7',
    primary: '#17569B',
    'on-primary': '#FFFFFF',
    secondary: '#4F5B66',
    'on-secondary': '#FFFFFF',
    success: '#17703F',
    'on-success': '#FFFFFF',
    warning: '#8F4E00',
    'on-warning': '#FFFFFF',
    error: '#B3261E',
    'on-error': '#FFFFFF',
    info: '#17569B',
    'on-info': '#FFFFFF',
  },
};

const dark = {
  dark: true,
  colors: {
    background: '#12161C',
    surface: '#1B2129',
    'surface-variant': '#C6CED8',
    'on-surface-variant': '#1B2129',
    primary: '#8DBDF5',
    'on-primary': '#0B2748',
    secondary: '#B4C0CC',
    'on-secondary': '#1B2129',
    success: '#7FD3A2',
    'on-success': '#06341B',
    warning: '#F2B872',
    'on-warning': '#402400',
    error: '#F2A69F',
    'on-error': '#4A0A06',
    info: '#8DBDF5',
    'on-info': '#0B2748',
  },
};

export type ThemeChoice = 'system' | 'light' | 'dark';

/** `system` follows the operating system while the app runs. */
export function createDesign(choice: ThemeChoice) {
  return createVuetify({
    icons: { defaultSet: 'mdi', aliases, sets: { mdi } },
    theme: { defaultTheme: choice, themes: { light, dark } },
    defaults: {
      global: { density: 'comfortable' },
      VBtn: { rounded: 'lg', variant: 'text' },
      VCard: { rounded: 'lg', flat: true, border: true },
      VTextField: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VTextarea: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VSelect: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VAutocomplete: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VCombobox: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VCheckbox: { density: 'compact', hideDetails: 'auto', color: 'primary' },
      VSwitch: { density: 'compact', hideDetails: 'auto', color: 'primary', inset: true },
      VTooltip: { maxWidth: 340 },
      VAlert: { variant: 'tonal', density: 'comfortable', rounded: 'lg' },
    },
  });
}
