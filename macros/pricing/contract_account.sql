{% macro has_account_terms() %}
    {#- Whether the user has named terms that may hold for one provider account only. -#}
    {{ return(llm_cost.negotiated_rate_relations() + llm_cost.discount_relations() != []) }}
{% endmacro %}


{% macro with_contract_account(events) -%}
    {#- Select of a relation of events with contract_account: the account of the user's terms that the call belongs to, by its
        API key, else its project, else its billing account; NULL where none of them has terms. -#}
    {%- if llm_cost.has_account_terms() -%}
    select
        {{ events }}.*,
        coalesce(of_key.account_id, of_project.account_id, of_account.account_id) as contract_account
    from {{ events }}
    -- grain: account_id is unique in int_llm_cost__contract_accounts, for each of the three
    left join {{ ref('llm_cost', 'int_llm_cost__contract_accounts') }} as of_key on {{ events }}.api_key_id = of_key.account_id
    left join {{ ref('llm_cost', 'int_llm_cost__contract_accounts') }} as of_project on {{ events }}.project_id = of_project.account_id
    left join {{ ref('llm_cost', 'int_llm_cost__contract_accounts') }} as of_account on {{ events }}.billing_account_id = of_account.account_id
    {%- else -%}
    select
        *,
        cast(null as string) as contract_account
    from {{ events }}
    {%- endif -%}
{%- endmacro %}
