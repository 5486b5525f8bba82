import { tableText } from "../clipboard";
import type { Align, TableView } from "../models";
import { CopyButton } from "./CopyButton";

/** A table of texts; `isData` keeps each row on one line, as for the preview of a DataFrame. */
export function Table({ table, isData = false }: { readonly table: TableView; readonly isData?: boolean }) {
  return (
    <>
      <div class={isData ? "scroll data" : "scroll"} tabIndex={0}>
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
                  <td key={column} class={cellClass(table.columns[column]?.align, text)} title={text.length > 20 ? text : undefined}>
                    {text}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(table.note || isData) && (
        <div class="caption">
          <span>{table.note}</span>
          {isData && <CopyButton label="copy" title="Copy the table as text" text={() => tableText(table)} />}
        </div>
      )}
    </>
  );
}

/** Numbers and other short texts stay on one line. */
const cellClass = (align: Align | undefined, text: string): string => `${align === "right" ? "right" : ""} ${text.length <= 16 ? "short" : ""}`;
