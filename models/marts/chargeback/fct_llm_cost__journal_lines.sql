{#- What the books get for each close: a line a cost centre and kind, and one line that balances it. Debits and credits of a journal are
    equal. Grain: journal_line_id. -#}
{%- set clearing = var('llm_cost_clearing_account', 'llm-clearing') %}

with statement as (
    select * from {{ ref('fct_llm_cost__chargeback_statement') }} where entry <> 'close'
),

cost_centers as (
    select * from {{ ref('int_llm_cost__cost_centers') }}
),

by_cost_center as (
    select
        issuer,
        period,
        closed_at,
        posted_at,
        run_id,
        currency,
        cost_center,
        line_type,
        corrects_period,
        {{ llm_cost.distinct_items('method') }} as methods,
        {{ llm_cost.distinct_items('pool_id') }} as pool_ids,
        {{ llm_cost.distinct_items('price_card_versions') }} as price_card_versions,
        count(*) as statement_lines,
        cast(sum(amount) as decimal(28, 6)) as amount
    from statement
    group by issuer, period, closed_at, posted_at, run_id, currency, cost_center, line_type, corrects_period
),

accounted as (
    select
        by_cost_center.*,
        coalesce(cost_centers.account, '{{ var("llm_cost_expense_account", "llm-expense") }}') as account
    from by_cost_center
    -- grain: one interval of a cost centre holds at the end of a month
    left join cost_centers
        on
            by_cost_center.cost_center = cost_centers.cost_center
            and {{ llm_cost.month_end('by_cost_center.period') }} > cost_centers.valid_from
            and {{ llm_cost.month_end('by_cost_center.period') }} <= cost_centers.valid_to
),

entries as (
    select
        issuer, period, closed_at, posted_at, run_id, currency, account, cost_center, line_type, corrects_period, methods, pool_ids, price_card_versions,
        cast(statement_lines as bigint) as statement_lines,
        amount
    from accounted
    union all
    select
        issuer, period, closed_at, posted_at, run_id, currency,
        '{{ clearing }}' as account,
        '{{ var("llm_cost_central_cost_center", "central") }}' as cost_center,
        'clearing' as line_type,
        cast(null as string) as corrects_period,
        cast(null as string) as methods,
        cast(null as string) as pool_ids,
        cast(null as string) as price_card_versions,
        cast(sum(statement_lines) as bigint) as statement_lines,
        cast(-sum(amount) as decimal(28, 6)) as amount
    from accounted
    group by issuer, period, closed_at, posted_at, run_id, currency
)

select
    {{ llm_cost.content_hash(['issuer', 'period', 'closed_at', 'account', 'cost_center', 'line_type', 'corrects_period']) }} as journal_line_id,
    {{ llm_cost.content_hash(['issuer', 'period', 'closed_at']) }} as journal_id,
    issuer,
    period,
    account,
    cost_center,
    line_type,
    corrects_period,
    currency,
    cast(case when amount > 0 then amount else 0 end as decimal(28, 6)) as debit_amount,
    cast(case when amount < 0 then -amount else 0 end as decimal(28, 6)) as credit_amount,
    amount,
    statement_lines,
    methods,
    pool_ids,
    price_card_versions,
    closed_at,
    posted_at,
    run_id
from entries
where amount <> 0
