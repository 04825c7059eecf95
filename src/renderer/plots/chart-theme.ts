import { OKABE_ITO } from './palette.ts';

/** Colours and type of every chart; the two looks differ in ink only, so a state keeps its colour. */
export function chartTheme(isDark: boolean): Record<string, unknown> {
  const ink = isDark ? '#C9D2DC' : '#3C4653';
  const line = isDark ? '#39424E' : '#D9DEE5';
  const axis = {
    axisLine: { lineStyle: { color: line } },
    axisTick: { lineStyle: { color: line } },
    axisLabel: { color: ink },
    nameTextStyle: { color: ink },
    splitLine: { lineStyle: { color: line } },
  };
  return {
    color: [...OKABE_ITO],
    backgroundColor: 'transparent',
    textStyle: { fontFamily: 'Roboto, system-ui, sans-serif', color: ink },
    legend: { textStyle: { color: ink }, inactiveColor: line },
    tooltip: {
      renderMode: 'richText',
      backgroundColor: isDark ? '#2A323D' : '#FFFFFF',
      borderColor: line,
      textStyle: { color: isDark ? '#F2F4F7' : '#1F2630', fontSize: 12 },
    },
    categoryAxis: axis,
    valueAxis: axis,
    logAxis: axis,
    bar: { label: { color: ink } },
    visualMap: { textStyle: { color: ink } },
  };
}
