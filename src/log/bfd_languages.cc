// GNU ld's translations: the sentences that failed links print most. French, Spanish, Russian,
// Portuguese and Italian follow binutils 2.40's catalogues. German, and most of Chinese and
// Japanese, are not in those catalogues: these rows are forms known from older logs, and have
// not been checked against a catalogue. What no row knows ends as "other-error", never unread.
#include "log/bfd.h"

namespace ldwhy {
namespace {

using enum GnuWords;
constexpr GnuRow rows[] = {
    // French
    {"{} : dans la fonction {} :", Function, "pq"},
    {"{}: dans la fonction {}:", Function, "pq"},
    {"{}: dans la fonction {} :", Function, "pq"},
    {"{} : référence indéfinie vers {}", Undefined, "pq"},
    {"{}: référence indéfinie vers {}", Undefined, "pq"},
    {"{} : encore plus de références indéfinies suivent vers {}", More, "pq"},
    {"{} : définitions multiples de {}; {} : défini pour la première fois ici", Duplicate, "pqp"},
    {"{} : définitions multiples de {}", Duplicate, "pq"},
    {"{}: définitions multiples de {}", Duplicate, "pq"},
    {"{} : défini pour la première fois ici", FirstDefined, "p"},
    {"{}: défini pour la première fois ici", FirstDefined, "p"},
    {"{} ignoré car incompatible lors de la recherche de {}", Skipping, "fl"},
    {"ne peut pas trouver {} : {}", CannotFind, "l."},
    {"ne peut pas trouver {}", CannotFind, "l"},
    {"ne peut trouver {}", CannotFind, "l"},
    {"{} : erreur lors de l'ajout de symboles : DSO manquant dans la ligne de commande", DsoNamed,
     "f"},
    // German
    {"{}: In Funktion {}:", Function, "pq"},
    {"{}: Nicht definierter Verweis auf {}", Undefined, "pq"},
    {"{}: nicht definierter Verweis auf {}", Undefined, "pq"},
    {"{}: undefinierter Verweis auf {}", Undefined, "pq"},
    {"{}: weitere undefinierte Verweise auf {} folgen", More, "pq"},
    {"{}: Mehrfachdefinition von {}; {}: hier zuerst definiert", Duplicate, "pqp"},
    {"{}: Mehrfachdefinition von {}", Duplicate, "pq"},
    {"{}: hier zuerst definiert", FirstDefined, "p"},
    {"kann {} nicht finden", CannotFind, "l"},
    {"{} kann nicht gefunden werden", CannotFind, "l"},
    {"{} nicht gefunden", CannotFind, "l"},
    // Spanish
    {"{}: en la función {}:", Function, "pq"},
    {"{}: referencia a {} sin definir", Undefined, "pq"},
    {"{}: más referencias a {} sin definir a continuación", More, "pq"},
    {"{}: definiciones múltiples de {}; {}: primero se definió aquí", Duplicate, "pqp"},
    {"{}: definiciones múltiples de {}", Duplicate, "pq"},
    {"{}: primero se definió aquí", FirstDefined, "p"},
    {"se salta el {} incompatible mientras se busca {}", Skipping, "fl"},
    {"no se puede encontrar {}: {}", CannotFind, "l."},
    {"no se puede encontrar {}", CannotFind, "l"},
    {"{}: error al añadir símbolos: DSO faltante desde línea de orden", DsoNamed, "f"},
    // Russian
    {"{}: в функции {}:", Function, "pq"},
    {"{}: неопределённая ссылка на {}", Undefined, "pq"},
    {"{}: неопределенная ссылка на {}", Undefined, "pq"},
    {"{}: далее есть ещё неопределённые ссылки на {}", More, "pq"},
    {"{}: повторное определение {}; {}: здесь первое определение", Duplicate, "pqp"},
    {"{}: повторное определение {}", Duplicate, "pq"},
    {"{}: здесь первое определение", FirstDefined, "p"},
    {"пропускается несовместимый {} при поиске {}", Skipping, "fl"},
    {"невозможно найти {}: {}", CannotFind, "l."},
    {"невозможно найти {}", CannotFind, "l"},
    {"{}: ошибка добавления символов: в командной строке не указан DSO", DsoNamed, "f"},
    // Portuguese
    {"{}: na função {}:", Function, "pq"},
    {"{}: referência não definida para {}", Undefined, "pq"},
    {"{}: mais referências não definidas para {} seguir", More, "pq"},
    {"{}: múltiplas definições de {}; {}: definido primeiro aqui", Duplicate, "pqp"},
    {"{}: múltiplas definições de {}", Duplicate, "pq"},
    {"pulando {} incompatível ao pesquisar para {}", Skipping, "fl"},
    {"não foi possível localizar {}: {}", CannotFind, "l."},
    {"não foi possível localizar {}", CannotFind, "l"},
    // Italian
    {"{}: nella funzione {}:", Function, "pq"},
    {"{}: riferimento non definito a {}", Undefined, "pq"},
    {"{}: definito qui per la prima volta", FirstDefined, "p"},
    {"saltato {} incompatibile durante la ricerca di {}", Skipping, "fl"},
    {"impossibile trovare {}: {}", CannotFind, "l."},
    {"impossibile trovare {}", CannotFind, "l"},
    // Chinese, simplified
    {"{}: 在函数{}中:", Function, "pq"},
    {"{}：在函数{}中：", Function, "pq"},
    {"{}: 在函数{}中：", Function, "pq"},
    {"{}: 对{}未定义的引用", Undefined, "pq"},
    {"{}：对{}未定义的引用", Undefined, "pq"},
    {"{}: {}未定义的引用", Undefined, "pq"},
    {"{}: {}的多重定义；{}: 第一次在此定义", Duplicate, "pqp"},
    {"{}: {}的多重定义", Duplicate, "pq"},
    {"{}：{}的多重定义", Duplicate, "pq"},
    {"{}: {}被多次定义", Duplicate, "pq"},
    {"{}：{}被多次定义", Duplicate, "pq"},
    {"{}: 第一次在此定义", FirstDefined, "p"},
    {"{}：第一次在此定义", FirstDefined, "p"},
    {"{}：首次定义于此", FirstDefined, "p"},
    {"当搜索用于 {} 时跳过不兼容的 {}", Skipping, "lf"},
    {"找不到 {}: {}", CannotFind, "l."},
    {"找不到 {}", CannotFind, "l"},
    // Chinese, traditional
    {"{}: 未定義參考到 {}", Undefined, "pq"},
    {"{}: 對 {} 未定義的參考", Undefined, "pq"},
    {"{}: {} 的多重定義", Duplicate, "pq"},
    {"{}: 第一次定義在此", FirstDefined, "p"},
    {"當搜尋用於 {} 時跳過不相容的 {}", Skipping, "lf"},
    // Japanese
    {"{}: 関数 {} 内:", Function, "pq"},
    {"{}: {} に対する定義されていない参照です", Undefined, "pq"},
    {"{}: {} が重複して定義されています; {}: ここで最初に定義されています", Duplicate, "pqp"},
    {"{}: {} が重複して定義されています", Duplicate, "pq"},
    {"{}: ここで最初に定義されています", FirstDefined, "p"},
    {"{} が見つかりません: {}", CannotFind, "l."},
    {"{} が見つかりません", CannotFind, "l"},
};

}  // namespace

std::span<const GnuRow> gnu_rows_of_languages() {
  return rows;
}

}  // namespace ldwhy
