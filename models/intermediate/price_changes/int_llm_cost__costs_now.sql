{{ config(materialized='table') }}

{#- What each touched event used and costs by meter with all price rows. Grain: event_id. -#}

{{ llm_cost.touched_costs('current') }}
