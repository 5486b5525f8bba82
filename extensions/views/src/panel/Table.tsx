import type { Align, TableView } from "../models";

/** A table of texts; `isData` keeps each row on one line, as for the preview of a DataFrame. */
export function Table({ table, isData = false }: { readonly table: TableView; readonly isData?: boolean }) {
  return (
    <>
      <div class={isData ? "scroll data" : "scroll"} tabIndex={isData ? 0 : undefined}>
        <table>
          <thead>
            <tr>
              {table.columns.map((column, at) => (
                <th key={at} class={column.align === "right" ? "right" : ""} scope="col">
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, at) => (
              <tr key={at}>
                {row.map((text, column) => (
                  <td key={column} class={cellClass(table.columns[column]?.align, text)} title={isData && text.length > 24 ? text : undefined}>
                    {text}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.note && <div class="caption">{table.note}</div>}
    </>
  );
}

/** Numbers and other short texts stay on one line. */
const cellClass = (align: Align | undefined, text: string): string => `${align === "right" ? "right" : ""} ${text.length <= 16 ? "short" : ""}`;
